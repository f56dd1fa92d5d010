using System.CommandLine;
using System.Globalization;
using Disentangle.ML.Evaluators;
using Effect;
using Spectre.Console;

// Compares how well clusters of embeddings and of the obvious alternatives match the classes. Run by bench/effect.sh.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
var sets = new Argument<string[]>("sets")
{
    Description = $"Data sets: {string.Join("; ", DataSet.Known.Select(set => $"{set.Key} ({set.Value})"))}.",
    DefaultValueFactory = _ => ["digits"],
};
var folder = new Option<string?>("--data") { Description = "Folder of the data sets that are not shipped." };
var seeds = new Option<int>("--seeds") { Description = "Number of runs of each method.", DefaultValueFactory = _ => 3 };
var methods = new Option<string[]>("--methods")
{
    Description = "Parts of method names; all methods if none are given.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [],
};
var tried = new Option<bool>("--tried") { Description = "Run variations of the default instead of the other methods." };
var keptBack = new Option<bool>("--kept-back") { Description = "Score on a held-out fifth of the training rows, to choose settings." };
var rows = new Option<int>("--rows") { Description = "Train on this many rows only; 0 for all." };
var unequal = new Option<int>("--unequal") { Description = "Keep 1 of this many rows of every second class; 0 for all." };
var missing = new Option<double>("--missing") { Description = "Share of training labels to remove." };
var wrong = new Option<double>("--wrong") { Description = "Share of training labels to replace by wrong ones." };
var python = new Option<string?>("--python") { Description = "Python interpreter with umap-learn; without it, UMAP is left out." };
var script = new Option<string>("--script")
{
    Description = "Path of embed.py.",
    DefaultValueFactory = _ => Path.Combine("bench", "Effect", "embed.py"),
};
var command = new RootCommand("Clusters of embeddings compared with raw features, PCA and UMAP.")
    { sets, folder, seeds, methods, tried, keptBack, rows, unequal, missing, wrong, python, script };
command.SetAction(arguments =>
{
    foreach (string name in arguments.GetValue(sets)!)
    {
        DataSet data = DataSet.Load(name, arguments.GetValue(folder));
        data = arguments.GetValue(keptBack) ? data.KeptBack() : data;
        data = arguments.GetValue(rows) is > 0 and int few ? data.WithRows(few) : data;
        data = arguments.GetValue(unequal) is > 0 and int ratio ? data.WithUnequalClasses(ratio) : data;
        Print(data.WithLabels(arguments.GetValue(missing), arguments.GetValue(wrong)));
    }

    void Print(DataSet data)
    {
        string[] wanted = arguments.GetValue(methods)!;
        bool Wanted(string name) => wanted.Length == 0 || wanted.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
        int runs = arguments.GetValue(seeds);
        var table = new Table().Border(TableBorder.Markdown).Title(
            $"{data.Name}: {data.Train.Length} training rows, {data.Test.Length} held out, {data.Classes} classes labelled as two groups");
        foreach (string column in new[] { "", "AMI", "Hungarian accuracy", "AMI within groups", "group accuracy", "seconds" })
            table.AddColumn(new TableColumn(column) { Alignment = column == "" ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (Method method in (arguments.GetValue(tried) ? Method.Tried : Method.All).Where(method => Wanted(method.Name)))
        {
            if (method.Create(new(), data, 1) is not null)
                Add(method.Name, [.. Enumerable.Range(1, runs).Select(seed => Scores.Of(data, method, seed))]);
        }
        if (arguments.GetValue(python) is { } interpreter)
        {
            // UMAP does not scale features, so for tables both ways are shown.
            foreach (bool standardised in data.Side is null ? [false, true] : (bool[])[false])
            {
                foreach (bool labelled in new[] { false, true })
                {
                    string name = $"UMAP{(labelled ? " with the same label" : "")}{(standardised ? ", standardised" : "")}";
                    if (Wanted(name))
                    {
                        Add(name, [.. Enumerable.Range(1, runs)
                            .Select(seed => Umap.Run(interpreter, arguments.GetValue(script)!, data, labelled, standardised, seed))]);
                    }
                }
            }
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();

        void Add(string name, Scores[] scores)
        {
            table.AddRow(name, Text(scores, run => run.Ami), Text(scores, run => run.Accuracy), Text(scores, run => run.AmiWithin),
                scores[0].GroupAccuracy is null ? "" : Text(scores, run => run.GroupAccuracy!.Value),
                $"{scores.Average(run => run.Seconds):F1}");
            Console.Error.WriteLine($"{data.Name}, {name}: AMI {Text(scores, run => run.Ami)}");
        }
    }
});
return command.Parse(args).Invoke();

static string Text(Scores[] runs, Func<Scores, double> score)
{
    ScoreSummary summary = ScoreSummary.Of([.. runs.Select(score)]);
    return $"{summary.Mean:F3} ± {summary.StandardDeviation:F3}";
}
