using System.Diagnostics;
using Disentangle.ML.Evaluators;
using Spectre.Console;

namespace Papers;

/// <summary>
/// Runs an experiment's methods and prints a Markdown table of their scores: mean ± standard deviation over seeds, and the paper's values.
/// </summary>
/// <param name="experiment">The experiment with all its settings but the number of seeds.</param>
/// <param name="seeds">The number of runs of each method, with seeds 1, 2, ...</param>
/// <param name="results">Where finished runs are kept.</param>
public sealed class Report(string experiment, int seeds, ResultsFile results)
{
    private readonly List<(string Method, int[] Seeds, Func<int, IEnumerable<Score>> Run)> _methods = [];
    private readonly List<Score> _published = [];

    /// <summary>Adds a method that runs once for each seed.</summary>
    public void Add(string method, Func<int, IEnumerable<Score>> run) => _methods.Add((method, [.. Enumerable.Range(1, seeds)], run));

    /// <summary>Adds a method without random numbers, which runs once.</summary>
    public void AddOnce(string method, Func<IEnumerable<Score>> run) => _methods.Add((method, [1], _ => run()));

    /// <summary>Adds values that the paper states for a method, printed in parentheses behind ours.</summary>
    public void AddPublished(string row, params (string Column, double Value)[] values) =>
        _published.AddRange(values.Select(value => new Score(row, value.Column, value.Value)));

    /// <summary>Runs what has not yet run, and prints the table.</summary>
    /// <param name="compareWith">
    /// The row with which every other is compared by paired t-tests on the first score that both have; null for no comparison.
    /// </param>
    public void Print(string? compareWith = null)
    {
        FinishedRun[] runs = RunAll();
        List<(string Row, string Column, double[] Values)> cells = [.. runs.SelectMany(run => run.Scores)
            .GroupBy(score => (score.Row, score.Column), score => score.Value)
            .Select(cell => (cell.Key.Row, cell.Key.Column, cell.ToArray()))];
        string[] columns = [.. cells.Select(cell => cell.Column).Distinct()];
        Table table = new Table().Border(TableBorder.Markdown).AddColumn(new TableColumn("") { NoWrap = true });
        foreach (string column in columns)
            table.AddColumn(new TableColumn(column) { Alignment = Justify.Right, NoWrap = true });
        foreach (string row in cells.Select(cell => cell.Row).Distinct())
            table.AddRow([row, .. columns.Select(column => Format(row, column))]);
        AnsiConsole.WriteLine($"{experiment}, {(seeds == 1 ? "1 seed" : $"{seeds} seeds")}; {runs[0].Machine}");
        AnsiConsole.Write(table);
        if (_published.Count > 0)
            AnsiConsole.WriteLine("In parentheses: the paper's values.");
        if (compareWith is not null && seeds > 1)
            Compare(cells, compareWith);

        string Format(string row, string column)
        {
            double[]? values = cells.FirstOrDefault(cell => cell.Row == row && cell.Column == column).Values;
            if (values is null)
                return "";
            ScoreSummary summary = ScoreSummary.Of(values);
            string text = values.Length == 1 ? $"{summary.Mean:F3}" : $"{summary.Mean:F3} ± {summary.StandardDeviation:F3}";
            return _published.Find(score => score.Row == row && score.Column == column) is { } published
                ? $"{text} ({published.Value:F3})"
                : text;
        }
    }

    private FinishedRun[] RunAll()
    {
        (string Method, int Seed, Func<int, IEnumerable<Score>> Run)[] all =
            [.. _methods.SelectMany(method => method.Seeds.Select(seed => (method.Method, seed, method.Run)))];
        int open = all.Count(run => results.Find(experiment, run.Method, run.Seed) is null);
        if (open < all.Length)
            AnsiConsole.WriteLine($"{all.Length - open} of {all.Length} runs are in the results file.");
        var clock = Stopwatch.StartNew();
        var finished = new List<FinishedRun>();
        int done = 0;
        foreach (var (method, seed, run) in all)
        {
            FinishedRun? result = results.Find(experiment, method, seed);
            if (result is null)
            {
                double start = clock.Elapsed.TotalSeconds;
                Score[] scores = [.. run(seed)];
                result = new(experiment, method, seed, scores, Math.Round(clock.Elapsed.TotalSeconds - start, 1), ResultsFile.Machine,
                    DateTime.UtcNow);
                results.Add(result);
                done++;
                TimeSpan left = clock.Elapsed / done * (open - done);
                AnsiConsole.WriteLine(
                    $"{method}, seed {seed}: {result.Seconds:F0} s; {open - done} of {open} runs left, about {left:h\\:mm\\:ss}");
            }
            finished.Add(result);
        }
        return [.. finished];
    }

    private static void Compare(List<(string Row, string Column, double[] Values)> cells, string baseline)
    {
        foreach (var (column, expected) in cells.Where(cell => cell.Row == baseline).Select(cell => (cell.Column, cell.Values)))
        {
            foreach (var (row, _, values) in cells.Where(cell => cell.Column == column && cell.Row != baseline))
            {
                if (values.Length != expected.Length || values.Length < 2)
                    continue;
                PairedTTest test = PairedTTest.Compare(values, expected);
                AnsiConsole.WriteLine(
                    $"{column}, {row} - {baseline}: {test.MeanDifference:+0.000;-0.000;0.000}, paired t-test p = {test.PValue:F3}");
            }
        }
    }
}
