using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Disentangle.ML.Tool;

/// <summary><c>disentangle fit</c>: trains a model and saves it.</summary>
internal static class FitCommand
{
    private const string Chosen = "chosen";

    public static Command Create()
    {
        Argument<FileInfo> data = CommonOptions.Data();
        Option<FileInfo> output = CommonOptions.Out("Where to save the model, for example model.zip");
        var label = new Option<string?>("--label")
        {
            Description = "Column of the coarse label; without one, the columns alone decide which rows are alike",
        };
        var truth = new Option<string?>("--group-truth")
        {
            Description = "Column of the groups to find, if they are known; only judges the clusters",
        };
        var clusters = new Option<int?>("--clusters")
        {
            Description = $"Number of clusters, at least 2, or '{Chosen}': chosen by the data [default: {Chosen}]",
            CustomParser = result => result.Tokens[0].Value == Chosen ? null : Number(result, "--clusters", least: 2, $"'{Chosen}' or "),
        };
        var report = new Option<FileInfo?>("--report") { Description = "HTML file to write a report to" };
        Option<string[]> ignored = CommonOptions.Columns("--ignore", "Columns to leave out");
        Option<string[]> texts = CommonOptions.Columns("--text", "Columns whose numbers are codes, such as postal districts");
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Passes over the rows [default: by the number of rows]",
            CustomParser = result => Number(result, "--epochs", least: 1),
        };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same model", DefaultValueFactory = _ => 1 };

        var command = new Command("fit", "Trains an encoder, clusters its embedding, and saves the model")
        {
            data, label, truth, clusters, output, report, ignored, texts, epochs, seed,
        };
        command.SetAction(parsed => Fit.Run(new FitSettings(
            parsed.GetValue(data)!, parsed.GetValue(label), parsed.GetValue(truth), parsed.GetValue(clusters), parsed.GetValue(output)!,
            parsed.GetValue(report), parsed.GetValue(ignored)!, parsed.GetValue(texts)!, parsed.GetValue(epochs), parsed.GetValue(seed))));
        return command;
    }

    /// <summary>Parses a whole number; if it is none, or too small, adds an error that says what is allowed.</summary>
    private static int? Number(ArgumentResult result, string option, int least, string others = "")
    {
        string value = result.Tokens[0].Value;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least)
            return number;
        result.AddError($"{option} is '{value}'; it must be {others}a whole number of at least {least}.");
        return null;
    }
}
