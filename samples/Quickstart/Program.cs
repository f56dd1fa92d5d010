using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Reports;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart;
using Spectre.Console;

// 10,000 real digits, labelled only 0-4 or 5-9. The digits themselves are not used in training, only to score the clusters.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 130);
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;
int[] seeds = [1, 2, 3];
(string Name, DisentangleEncoderOptions? Options)[] ways =
[
    ("KMeans on the raw pixels", null),
    ("row margin (Forced to Learn)",
        new() { Network = Network.Mlp([256], 32), Objective = Objective.CrossEntropy() + Objective.RowMargin(), BatchSize = 128 }),
    ("the default encoder", new()),
];

var whole = Stopwatch.StartNew();
var ml = new MLContext(seed: 0);
Digits digits = Digits.Load(ml), data = digits.WithKeys(ml);
AnsiConsole.MarkupLine(
    $"[bold]Disentangle.ML[/]: {data.TrainRows} training digits, labelled only 0-4 or 5-9, and {data.TestRows} held out");
AnsiConsole.WriteLine();

// Each run uses one seed: fit encoder and KMeans to the training digits, then cluster the held-out ones.
var runs = new List<Run>();
AnsiConsole.Progress()
    .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
        new ElapsedTimeColumn())
    .Start(progress =>
    {
        foreach (var (name, options) in ways)
        {
            foreach (int seed in seeds)
            {
                ProgressTask task = progress.AddTask($"{name}, seed {seed}", maxValue: 1);
                runs.Add(Run.Execute(name, options, seed, data, epoch =>
                {
                    task.Description = $"{name}, seed {seed}: loss {epoch.Loss:F3}";
                    task.Value = epoch.Epoch / (double)epoch.Epochs;
                }));
                task.Value = 1;
            }
        }
    });

var table = new Table().Title($"Ten clusters of {data.TestRows} held-out digits, mean of {seeds.Length} seeds (± standard deviation)");
foreach (string column in new[] { "Features", "AMI (max)", "Hungarian accuracy", "ARI", "Group accuracy", "Seconds per run" })
    table.AddColumn(new TableColumn(column) { Alignment = column == "Features" ? Justify.Left : Justify.Right, NoWrap = true });
foreach (var group in runs.GroupBy(run => run.Name))
{
    table.AddRow(group.Key, Statistic(group, run => run.Ami), Statistic(group, run => run.Quality.HungarianAccuracy),
        Statistic(group, run => run.Quality.AdjustedRandIndex),
        group.First().GroupAccuracy is null ? "" : Statistic(group, run => run.GroupAccuracy!.Value),
        $"{group.Average(run => run.Seconds):F1}");
}
AnsiConsole.Write(table);
AnsiConsole.WriteLine();

// Is the embedding better than doing nothing? One call answers this for any data.
Run last = runs[^1];
BaselineComparison comparison = ml.Clustering.CompareWithBaselines(last.Model.Transform(data.Train), last.Model.Transform(data.Test),
    "Pixels", "Embedding", labelColumnName: "Label", groupColumnName: "Group", numberOfClusters: 10);
// May be wider than the console, which then wraps it.
Console.WriteLine(comparison);
AnsiConsole.WriteLine();

// What it looks like: the held-out digits on a map, the losses and what each cluster holds, in one file to open in a browser.
AnsiConsole.WriteLine("Drawing a map of the held-out digits ...");
IDataView clustered = last.Model.Transform(digits.Test);
IDataView mapped = ml.Transforms.ProjectTo2D("Map", "Embedding", new() { Seed = 1 }).Fit(clustered).Transform(clustered);
EmbeddingReport.Write("report.html", mapped, new()
{
    Title = "10,000 digits, labelled only 0-4 or 5-9",
    MapColumnName = "Map",
    LabelColumnName = "Label",
    EmbeddingColumnName = "Embedding",
    FeatureColumnNames = ["Group"],
    ImageColumnName = "Pixels",
    History = ((IEnumerable<ITransformer>)last.Model).OfType<DisentangleEncoderTransformer>().Single().History,
});
AnsiConsole.WriteLine("Wrote report.html: open it in a browser, it works offline.");
AnsiConsole.WriteLine();

// Saves the pipeline and loads it in a new context, without registration.
string path = Path.GetFullPath("model.zip");
DisentangleModel.Save(ml, last.Model, digits.Schema, path);
var elsewhere = new MLContext();
ITransformer loaded = elsewhere.Model.Load(path, out DataViewSchema inputSchema);
uint[] before = Clusters(last.Model.Transform(data.Test)), after = Clusters(loaded.Transform(data.Test));
int differing = before.Zip(after).Count(pair => pair.First != pair.Second);
AnsiConsole.WriteLine($"Saved '{last.Name}' to {Path.GetFileName(path)} ({new FileInfo(path).Length / 1024} kB) and loaded it.");
if (differing > 0)
{
    AnsiConsole.MarkupLine($"[red]{differing} of {before.Length} digits are in a different cluster after loading.[/]");
    return 1;
}
AnsiConsole.WriteLine($"All {before.Length} held-out digits are in the same cluster as before.");
AnsiConsole.WriteLine();

// A single prediction, as an application would make it. It needs only the pixels.
Digit digit = elsewhere.Data.CreateEnumerable<Digit>(digits.Test, reuseRowObject: false).ElementAt(1);
using var engine = elsewhere.Model.CreatePredictionEngine<Digit, Prediction>(loaded, inputSchema);
Prediction prediction = engine.Predict(new Digit { Pixels = digit.Pixels });
Digits.Draw(digit);
AnsiConsole.WriteLine($"A {digit.Label}: group {prediction.GroupName(engine.OutputSchema)}, cluster {prediction.Cluster} of 10, "
    + $"which holds mostly {last.DigitOf(prediction.Cluster)}s.");
AnsiConsole.WriteLine($"Total time: {whole.Elapsed.TotalSeconds:F0} s.");
return 0;

static string Statistic(IEnumerable<Run> runs, Func<Run, double> score)
{
    ScoreSummary summary = ScoreSummary.Of([.. runs.Select(score)]);
    return $"{summary.Mean:F3} ± {summary.StandardDeviation:F3}";
}

static uint[] Clusters(IDataView scored) => [.. scored.GetColumn<uint>(scored.Schema["PredictedLabel"])];
