using System.Text.RegularExpressions;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Packages.Tests;

/// <summary>What README.md tells its reader to do.</summary>
internal static partial class Readme
{
    private const string Heading = "## Use it";

    private static readonly string _text = File.ReadAllText(TestData.InRepository("README.md")).ReplaceLineEndings("\n");

    /// <summary>The arguments of every <c>dotnet add package</c> without options, in their order.</summary>
    public static string[] AddPackageCommands => [.. AddPackage().Matches(_text).Select(match => match.Groups[1].Value.Trim()).Distinct()];

    /// <summary>The C# blocks of the section "Use it", one after the other, with the usings first.</summary>
    public static string Program
    {
        get
        {
            int start = _text.IndexOf($"\n{Heading}\n", StringComparison.Ordinal);
            Assert.True(start >= 0, $"README.md has no section '{Heading}'.");
            int end = _text.IndexOf("\n## ", start + Heading.Length, StringComparison.Ordinal);
            string section = end < 0 ? _text[start..] : _text[start..end];
            string[] lines = [.. CSharpBlock().Matches(section).SelectMany(match => match.Groups[1].Value.Split('\n'))];
            Assert.True(lines.Length > 0, $"The section '{Heading}' of README.md has no C# block.");
            static bool IsUsing(string line) => UsingDirective().IsMatch(line);
            return string.Join('\n', [.. lines.Where(IsUsing).Distinct(), .. lines.Where(line => !IsUsing(line))]);
        }
    }

    /// <summary>The csv files that the program reads.</summary>
    public static string[] CsvFiles => [.. CsvName().Matches(Program).Select(match => match.Groups[1].Value).Distinct()];

    /// <summary>The properties of the program's classes that are read from a csv file, with their first and last column.</summary>
    public static (string Type, string Name, int First, int Last)[] Columns =>
    [
        .. LoadedProperty().Matches(Program).Select(match =>
        {
            int first = int.Parse(match.Groups["first"].Value);
            return (match.Groups["type"].Value, match.Groups["name"].Value, first,
                match.Groups["last"].Success ? int.Parse(match.Groups["last"].Value) : first);
        }),
    ];

    [GeneratedRegex(@"^dotnet (add package [\w.]+)[ ]*(?:#.*)?$", RegexOptions.Multiline)]
    private static partial Regex AddPackage();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"^using [\w.]+;")]
    private static partial Regex UsingDirective();

    [GeneratedRegex("\"([^\"]+\\.csv)\"")]
    private static partial Regex CsvName();

    [GeneratedRegex(@"LoadColumn\((?<first>\d+)(?:,\s*(?<last>\d+))?\).*?public (?<type>[\w.]+(?:\[\])?)\??\s+(?<name>\w+)",
        RegexOptions.Singleline)]
    private static partial Regex LoadedProperty();
}
