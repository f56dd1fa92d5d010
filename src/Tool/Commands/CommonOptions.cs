using System.CommandLine;

namespace Disentangle.ML.Tool;

/// <summary>Arguments and options that several commands have.</summary>
internal static class CommonOptions
{
    public static Argument<FileInfo> Data() =>
        new("data") { Description = "CSV file with a header; separated by commas, semicolons or tabs" };

    public static Option<FileInfo> Model() => new("--model") { Description = "Model saved by 'disentangle fit'", Required = true };

    public static Option<FileInfo> Out(string description) => new("--out") { Description = description, Required = true };

    /// <summary>Names of columns, separated by commas.</summary>
    public static Option<string[]> Columns(string name, string description) => new(name)
    {
        Description = $"{description}; names separated by commas",
        DefaultValueFactory = _ => [],
        CustomParser = result => [.. result.Tokens.SelectMany(token =>
            token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };
}
