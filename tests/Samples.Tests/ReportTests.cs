using Papers;
using Spectre.Console;

namespace Disentangle.ML.Samples.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"results-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void An_interrupted_experiment_continues_where_it_stopped()
    {
        Assert.Throws<InvalidOperationException>(() => Run(seeds: 3, seed => seed < 3 ? seed : throw new InvalidOperationException()));
        // A crash while a line is being written leaves a part of it.
        File.AppendAllText(_path, """{"Experiment":"any","Meth""");
        var repeated = new List<int>();
        Run(seeds: 4, seed =>
        {
            repeated.Add(seed);
            return seed;
        });
        Assert.Equal([3, 4], repeated);
        Assert.Equal(4, File.ReadAllLines(_path).Length);
        Assert.Equal([1, 2, 3, 4], Enumerable.Range(1, 4).Select(seed => new ResultsFile(_path).Find("any", "a", seed)!.Scores[0].Value));
        Assert.Null(new ResultsFile(_path).Find("other settings", "a", 1));
    }

    [Fact]
    public void The_best_run_and_published_values_stand_beside_the_mean()
    {
        var report = new Report("any", 3, new ResultsFile(null));
        report.Add("ours", seed => [new("ours", "accuracy", seed / 10.0), new("ours", "NMI", 0.5)]);
        report.AddBest("accuracy", "best accuracy");
        report.AddPublished("ours", ("best accuracy", 0.4));
        report.AddPublished("theirs", ("accuracy", 0.7));
        AnsiConsole.Record();
        IReadOnlyList<Score> scores = report.Print();
        string[] cells = [.. AnsiConsole.ExportText().Split('\n').Select(line => string.Join('|', line.Split('|',
            StringSplitOptions.TrimEntries)))];
        Assert.Contains("||accuracy|best accuracy|NMI|", cells);
        Assert.Contains("|ours|0.200 ± 0.100|0.300 (0.400)|0.500 ± 0.000|", cells);
        Assert.Contains("|theirs|(0.700)|||", cells);
        Assert.Equal(6, scores.Count);
    }

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        File.WriteAllText(_path, "a,b\n1,2\n");
        Assert.StartsWith($"Line 1 of '{_path}' is not a result: ",
            Assert.Throws<InvalidDataException>(() => new ResultsFile(_path)).Message);
        Assert.Equal("a,b\n1,2\n", File.ReadAllText(_path));
    }

    private void Run(int seeds, Func<int, double> score)
    {
        var report = new Report("any", seeds, new ResultsFile(_path));
        report.Add("a", seed => [new("a", "AMI", score(seed))]);
        report.Print();
    }
}
