using System.Diagnostics;
using Disentangle.ML.Evaluators;
using Spectre.Console;

namespace Papers;

/// <summary>
/// Runs an experiment's methods and prints a Markdown table of their scores: mean ± standard deviation over seeds, and published values.
/// </summary>
/// <param name="experiment">The experiment with all its settings but the number of seeds.</param>
/// <param name="seeds">The number of runs of each method, with seeds 1, 2, ...</param>
/// <param name="results">Where finished runs are kept.</param>
public sealed class Report(string experiment, int seeds, ResultsFile results)
{
    private readonly List<(string Method, int Seed, Func<IEnumerable<Score>> Run, string? File)> _runs = [];
    private readonly List<Score> _published = [];
    private readonly Dictionary<string, string> _best = [];

    /// <summary>Adds a method that runs once for each seed.</summary>
    /// <param name="method">The method with its settings.</param>
    /// <param name="run">Runs it with a seed.</param>
    /// <param name="file">
    /// A file that the run with this seed also writes, or null; a run that has finished is repeated if its file is not there.
    /// </param>
    public void Add(string method, Func<int, IEnumerable<Score>> run, Func<int, string?>? file = null)
    {
        foreach (int seed in Enumerable.Range(1, seeds))
            _runs.Add((method, seed, () => run(seed), file?.Invoke(seed)));
    }

    /// <summary>Adds a method without random numbers, which runs once.</summary>
    public void AddOnce(string method, Func<IEnumerable<Score>> run) => _runs.Add((method, 1, run, null));

    /// <summary>
    /// Adds published values of a row, printed in parentheses behind ours, or alone in a row of their own if no method has such a row.
    /// </summary>
    public void AddPublished(string row, params (string Column, double Value)[] values) =>
        _published.AddRange(values.Select(value => new Score(row, value.Column, value.Value)));

    /// <summary>Adds a column with the largest score of the runs, behind that of the mean.</summary>
    public void AddBest(string column, string bestColumn) => _best.Add(column, bestColumn);

    /// <summary>Runs what has not yet run, and prints the table.</summary>
    /// <param name="compareWith">
    /// The row with which every other is compared by paired t-tests on the first score that both have; null for no comparison.
    /// </param>
    /// <returns>The scores of all runs.</returns>
    public IReadOnlyList<Score> Print(string? compareWith = null)
    {
        FinishedRun[] runs = RunAll();
        Score[] scores = [.. runs.SelectMany(run => run.Scores)];
        var table = new ScoreTable(WithBest(scores), _published);
        table.Print($"{experiment}, {(seeds == 1 ? "1 seed" : $"{seeds} seeds")}; {runs[0].Machine}");
        if (compareWith is not null && seeds > 1)
            Compare(table.Cells, compareWith);
        return scores;
    }

    private IEnumerable<Score> WithBest(Score[] scores) => scores.GroupBy(score => (score.Row, score.Column)).SelectMany(
        cell => _best.TryGetValue(cell.Key.Column, out string? column)
            ? cell.Append(new(cell.Key.Row, column, cell.Max(score => score.Value)))
            : cell.AsEnumerable());

    private FinishedRun[] RunAll()
    {
        FinishedRun? Find((string Method, int Seed, Func<IEnumerable<Score>> Run, string? File) run) =>
            run.File is null || File.Exists(run.File) ? results.Find(experiment, run.Method, run.Seed) : null;
        int open = _runs.Count(run => Find(run) is null);
        if (open < _runs.Count)
            AnsiConsole.WriteLine($"{_runs.Count - open} of {_runs.Count} runs are in the results file.");
        var clock = Stopwatch.StartNew();
        var finished = new List<FinishedRun>();
        int done = 0;
        foreach (var run in _runs)
        {
            FinishedRun? result = Find(run);
            if (result is null)
            {
                double start = clock.Elapsed.TotalSeconds;
                Score[] scores = [.. run.Run()];
                result = new(experiment, run.Method, run.Seed, scores, Math.Round(clock.Elapsed.TotalSeconds - start, 1),
                    ResultsFile.Machine, DateTime.UtcNow);
                results.Add(result);
                done++;
                TimeSpan left = clock.Elapsed / done * (open - done);
                AnsiConsole.WriteLine($"{run.Method}, seed {run.Seed}: {result.Seconds:F0} s; {open - done} of {open} runs left, "
                    + $"about {left:h\\:mm\\:ss}");
            }
            finished.Add(result);
        }
        return [.. finished];
    }

    private static void Compare(IReadOnlyList<(string Row, string Column, double[] Values)> cells, string baseline)
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
