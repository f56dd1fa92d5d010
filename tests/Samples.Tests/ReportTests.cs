using Papers;

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
