using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart;
using Spectre.Console;

// 10,000 real digits. The label tells only 0-4 from 5-9; the ten digits are never shown to the training, they only judge the clusters.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 130);
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;
int[] seeds = [1, 2, 3, 4, 5];
const int Epochs = 25;
(string Name, Objective Objective)[] objectives =
[
    ("cross-entropy alone", Objective.CrossEntropy()),
    ("with row margin", Objective.CrossEntropy() + Objective.RowMargin(weight: 0.3f, margin: 5)),
];

var whole = Stopwatch.StartNew();
var clock = Stopwatch.StartNew();
var data = Digits.Load(new MLContext(seed: 0));
AnsiConsole.MarkupLine($"[bold]Disentangle.ML[/]: {data.TrainRows} digits to train on, {data.TestRows} held out ({clock.Elapsed.TotalSeconds:F1} s to load)");
AnsiConsole.WriteLine();

// One run is one seed of one objective: fit the encoder and KMeans on the training digits, cluster the held-out ones.
var runs = new List<Run>();
AnsiConsole.Progress()
    .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
    .Start(progress =>
    {
        foreach (var (name, objective) in objectives)
        {
            foreach (int seed in seeds)
            {
                ProgressTask task = progress.AddTask($"{name}, seed {seed}", maxValue: Epochs);
                runs.Add(Run.Execute(name, objective, seed, Epochs, data, epoch =>
                {
                    task.Description = $"{name}, seed {seed}: loss {epoch.Loss:F3}";
                    task.Value = epoch.Epoch;
                }));
            }
        }
    });

var table = new Table().Title($"Ten clusters of {data.TestRows} held-out digits, mean of {seeds.Length} seeds (± standard deviation)");
foreach (string column in new[] { "Objective", "Group accuracy", "AMI (max)", "Hungarian accuracy", "ARI", "Training", "KMeans", "Scoring" })
    table.AddColumn(new TableColumn(column) { Alignment = column == "Objective" ? Justify.Left : Justify.Right, NoWrap = true });
foreach (var group in runs.GroupBy(run => run.Name))
{
    table.AddRow(group.Key, Statistic(group, run => run.GroupAccuracy), Statistic(group, run => run.Ami), Statistic(group, run => run.HungarianAccuracy),
        Statistic(group, run => run.Ari), Seconds(group, run => run.Training), Seconds(group, run => run.Clustering), Seconds(group, run => run.Scoring));
}
AnsiConsole.Write(table);

double Mean(int objective, Func<Run, double> score) => runs.Where(run => run.Name == objectives[objective].Name).Average(score);
string Gain(Func<Run, double> score) => $"{Mean(1, score) - Mean(0, score):+0.000;-0.000}";
AnsiConsole.WriteLine($"The row margin changes AMI by {Gain(run => run.Ami)}, Hungarian accuracy by {Gain(run => run.HungarianAccuracy)}.");
AnsiConsole.WriteLine();

// The better pipeline goes into a file, and comes back in a context that knows nothing of it.
Run best = runs.MaxBy(run => run.Ami)!;
clock.Restart();
string path = Path.GetFullPath("model.zip");
DisentangleModel.Save(new MLContext(), best.Model, data.Schema, path);
double saving = clock.Elapsed.TotalSeconds;

clock.Restart();
var elsewhere = new MLContext();
ITransformer loaded = elsewhere.Model.Load(path, out DataViewSchema inputSchema);
double loading = clock.Elapsed.TotalSeconds;

uint[] before = Clusters(best.Model.Transform(data.Test));
uint[] after = Clusters(loaded.Transform(data.Test));
int differing = before.Zip(after).Count(pair => pair.First != pair.Second);
string file = $"{Path.GetFileName(path)} ({new FileInfo(path).Length / 1024} kB)";
AnsiConsole.WriteLine($"Saved '{best.Name}', seed {best.Seed} to {file} in {saving:F1} s, loaded in {loading:F1} s.");
if (differing > 0)
{
    AnsiConsole.MarkupLine($"[red]{differing} of {before.Length} digits are in another cluster after loading.[/]");
    return 1;
}
AnsiConsole.WriteLine($"All {before.Length} held-out digits are in the same cluster as before saving.");
AnsiConsole.WriteLine();

// One prediction, as an application would make it.
Digit digit = elsewhere.Data.CreateEnumerable<Digit>(data.Test, reuseRowObject: false).First();
using var engine = elsewhere.Model.CreatePredictionEngine<Digit, Prediction>(loaded, inputSchema);
Prediction prediction = engine.Predict(digit);
Digits.Draw(digit);
string frequent = best.DigitOf(prediction.Cluster);
AnsiConsole.WriteLine($"A {digit.Label}: group {prediction.PredictedGroup}, cluster {prediction.Cluster} of 10, whose most frequent digit is {frequent}.");
AnsiConsole.WriteLine($"All of it took {whole.Elapsed.TotalSeconds:F0} s.");
return 0;

static string Statistic(IEnumerable<Run> runs, Func<Run, double> score)
{
    ScoreSummary summary = ScoreSummary.Of([.. runs.Select(score)]);
    return $"{summary.Mean:F3} ± {summary.StandardDeviation:F3}";
}

static string Seconds(IEnumerable<Run> runs, Func<Run, double> seconds) => $"{runs.Average(seconds):F1} s";

static uint[] Clusters(IDataView scored) => [.. scored.GetColumn<uint>(scored.Schema["PredictedLabel"])];
