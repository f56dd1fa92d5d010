using Disentangle.ML.Evaluators;
using Disentangle.ML.Reports;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;
using static System.FormattableString;

namespace Disentangle.ML.Tool;

/// <summary>What <c>disentangle fit</c> does.</summary>
internal static class Fit
{
    // A map of more rows takes long to learn and shows no more.
    private const int MostRowsOfReport = 3_000;

    public static void Run(FitSettings settings)
    {
        OutputFile.Check(settings.Output, settings.Data);
        if (settings.Report is not null)
            OutputFile.Check(settings.Report, settings.Data, settings.Output);
        if (settings.Label is not null && settings.Truth == settings.Label)
            throw new InputException($"--label and --group-truth are both '{settings.Label}'; the groups are finer than the label.");
        CsvTable table = CsvTable.Read(settings.Data);
        if (table.Rows.Count < Training.FewestRows)
            throw new InputException($"'{settings.Data}' has {table.Rows.Count} rows; training needs at least {Training.FewestRows}.");
        TrainingColumns columns = TrainingColumns.Choose(table, settings.Label, settings.Truth, settings.Ignored, settings.Texts);
        ModelColumns.CheckNames(columns);
        foreach (string note in columns.Notes)
            Terminal.Output.WriteLine($"Note: {note}");

        var ml = new MLContext(settings.Seed);
        var training = new Training(ml, columns, settings.Epochs, settings.Clusters, Show);
        DisentangleModel.Save(ml, training.Model, training.Inputs, settings.Output.FullName);
        foreach (string warning in training.Encoder.Warnings)
            Terminal.Output.WriteLine($"Warning: {warning}");
        Summarize(table, columns, training);
        Terminal.Output.WriteLine($"Model saved as '{settings.Output}'.");
        if (settings.Report is not null)
        {
            WriteReport(ml, settings, columns, training);
            Terminal.Output.WriteLine($"Report written to '{settings.Report}'.");
        }
    }

    private static void Show(TrainingProgress progress)
    {
        TimeSpan left = progress.Elapsed / progress.Epoch * (progress.Epochs - progress.Epoch);
        Terminal.Output.WriteLine(Invariant(
            $"Epoch {progress.Epoch}/{progress.Epochs}: loss {progress.Loss:G4}, {Math.Ceiling(left.TotalSeconds)} s left"));
    }

    private static void Summarize(CsvTable table, TrainingColumns columns, Training training)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        int rows = table.Rows.Count, numbers = columns.Features.OfType<NumberColumn>().Count();
        Add("Rows", $"{rows}: {training.TrainingRows} to train on, {rows - training.TrainingRows} to judge by");
        Add("Columns", $"{numbers} of numbers, {columns.Features.Count - numbers} of texts");
        Add("Label", columns.Label is { } label ? $"'{label.Name}' with {label.Distinct} values" : "none");
        Add("Clusters", training.Choice is null
            ? $"{training.Clusters}, as given"
            : $"{training.Clusters}, chosen by the data. {training.Choice.Verdict}");
        if (columns.Truth is { } truth)
            Add($"Match with '{truth.Name}'", Judged(() => Match(training.Evaluate(truth.Name))));
        Add("Verdict", Judged(() => training.Compare().Verdict));
        Terminal.Output.Write(grid);

        static string Match(ClusteringQuality quality) => Invariant(
            $"adjusted mutual information {quality.AdjustedMutualInformation:F3}, accuracy {quality.HungarianAccuracy:F3}");
        void Add(string name, string value) => grid.AddRow(new Text(name), new Text(value));
    }

    /// <summary>What a comparison says, or why there are too few rows with labels for it.</summary>
    private static string Judged(Func<string> compare)
    {
        try
        {
            return compare();
        }
        catch (InvalidDataException e)
        {
            return $"None. {e.Message}";
        }
    }

    private static void WriteReport(MLContext ml, FitSettings settings, TrainingColumns columns, Training training)
    {
        IDataView rows = training.Model.Transform(ml.Data.TakeRows(ml.Data.ShuffleRows(training.Labelled), MostRowsOfReport));
        IDataView scored = ml.Data.Cache(rows);
        IDataView mapped = ml.Transforms.ProjectTo2D("Map", ModelColumns.Embedding).Fit(scored).Transform(scored);
        EmbeddingReport.Write(settings.Report!.FullName, mapped, new()
        {
            Title = settings.Label is { } label ? $"Groups within '{label}' of {settings.Data.Name}" : $"Groups in {settings.Data.Name}",
            MapColumnName = "Map",
            LabelColumnName = settings.Truth ?? settings.Label,
            EmbeddingColumnName = ModelColumns.Embedding,
            FeatureColumnNames = [.. columns.Features.Select(column => column.Name)],
            History = training.Encoder.History,
            ClusterCounts = training.Choice,
        });
    }
}
