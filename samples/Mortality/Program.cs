using System.CommandLine;
using System.Globalization;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Mortality;
using Spectre.Console;

// The hospital knows who died. Which groups of patients are behind the deaths?
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Folder with sets a and b of the PhysioNet Challenge 2012",
    Required = true,
};
data.Validators.Add(result =>
{
    if (PhysioNet.Missing(result.GetValueOrDefault<DirectoryInfo>().FullName) is { } missing)
        result.AddError(missing);
});
var seeds = new Option<int>("--seeds") { Description = "Number of runs, with seeds 1, 2, ...", DefaultValueFactory = _ => 3 };
var epochs = new Option<int>("--epochs") { Description = "Number of passes over the data", DefaultValueFactory = _ => 6 };
var clusters = new Option<int>("--clusters") { Description = "Number of groups to find", DefaultValueFactory = _ => 5 };
var command = new RootCommand("Groups of intensive care patients, from 48 hours of measurements and who died in hospital")
{
    data, seeds, epochs, clusters,
};
command.SetAction(parsed =>
    Run(parsed.GetValue(data)!.FullName, parsed.GetValue(seeds), parsed.GetValue(epochs), parsed.GetValue(clusters)));
return command.Parse(args).Invoke();

static void Run(string folder, int seeds, int epochs, int clusters)
{
    IReadOnlyList<Stay> training = PhysioNet.Load(folder, "a"), test = PhysioNet.Load(folder, "b");
    AnsiConsole.WriteLine($"{training.Count} training stays, {training.Average(Death):P1} died in hospital");
    AnsiConsole.WriteLine($"{test.Count} test stays, {test.Average(Death):P1} died in hospital");

    (string Name, Objective Objective)[] objectives =
    [
        ("cross-entropy", Objective.CrossEntropy()),
        ("+ row margin", Objective.CrossEntropy() + Objective.RowMargin(weight: 0.01f, margin: 5)),
        ("+ sample margin", Objective.CrossEntropy() + Objective.SampleMargin(weight: 0.3f, margin: 0.5f)),
        ("+ neighbour contrast", Objective.CrossEntropy() + Objective.NeighborContrast()),
    ];
    var comparison = new Table().Title($"GRU, {epochs} epochs, {clusters} clusters of {test.Count} test stays, {seeds} seeds")
        .AddColumn("");
    foreach (string score in new[] { "AUROC", "silhouette", "AMI with the kind of ICU", "variance explained by clusters" })
        comparison.AddColumn(new TableColumn(score) { Alignment = Justify.Right });
    Table? groups = null;
    foreach (var (name, objective) in objectives)
    {
        var runs = new List<(Experiment Experiment, Subgroups Groups)>();
        for (int seed = 1; seed <= seeds; seed++)
        {
            Experiment experiment = Experiment.Run(objective, seed, epochs, clusters, training, test);
            runs.Add((experiment, new Subgroups(test, experiment.Clusters)));
            AnsiConsole.WriteLine($"{name}, seed {seed}: AUROC {experiment.Auroc:F3}");
        }
        comparison.AddRow(
            name,
            Statistic(runs.Select(run => run.Experiment.Auroc)),
            Statistic(runs.Select(run => run.Experiment.Quality.Silhouette!.Value)),
            Statistic(runs.Select(run => run.Experiment.Quality.AdjustedMutualInformationMax)),
            Statistic(runs.Select(run => run.Groups.ExplainedVariance)));
        groups = runs[0].Groups.ToTable($"Groups of patients, {name}, seed 1");
    }
    AnsiConsole.Write(comparison);
    AnsiConsole.Write(groups!);
    AnsiConsole.WriteLine(
        "This is an example of a method, not a medical device: it is not validated, and not for decisions about patients.");
}

static double Death(Stay stay) => stay.Died ? 1 : 0;

static string Statistic(IEnumerable<double> values)
{
    double[] all = [.. values];
    ScoreSummary summary = ScoreSummary.Of(all);
    return all.Length == 1 ? $"{summary.Mean:F3}" : $"{summary.Mean:F3} ± {summary.StandardDeviation:F3}";
}
