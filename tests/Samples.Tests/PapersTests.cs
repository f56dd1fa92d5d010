using System.Diagnostics;
using Papers;

namespace Disentangle.ML.Samples.Tests;

public sealed class PapersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("papers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_experiment_runs_and_prints_its_table()
    {
        string output = await Run("quick");
        // A table each, and two more of the two that choose λ.
        Assert.True(output.Split('\n').Count(line => line.StartsWith('┌') || line.StartsWith("| --", StringComparison.Ordinal)) == 17,
            output);
    }

    [Fact]
    public async Task Annealing_disentangles_points_sooner_and_pictures_show_it()
    {
        string results = Path.Combine(_folder.FullName, "results.jsonl");
        string[] arguments =
            ["snnl-points", "--epochs", "20", "--every", "15", "--seeds", "1", "--pictures", _folder.FullName, "--results", results];
        await Run(arguments);
        string picture = Path.Combine(_folder.FullName, "annealed-t-epoch-20.png");
        Assert.Equal(12, _folder.EnumerateFiles("*.png").Count());
        FinishedRun[] runs = [.. File.ReadLines(results).Select(line => System.Text.Json.JsonSerializer.Deserialize<FinishedRun>(line)!)];
        double Of(string row, string column) => runs.SelectMany(run => run.Scores).Single(s => (s.Row, s.Column) == (row, column)).Value;
        Assert.Equal(Of("T = 1, epoch 0", "SNNL at T = 1"), Of("annealed T, epoch 0", "SNNL at T = 1"));
        Assert.True(Of("annealed T, epoch 20", "SNNL at T = 1") < Of("T = 1, epoch 20", "SNNL at T = 1"));
        Assert.True(Of("annealed T, epoch 20", "nearest neighbour") > Of("T = 1, epoch 20", "nearest neighbour") + 0.1);

        // What has run is not repeated, except to draw a picture that is not there.
        File.Delete(picture);
        Assert.Contains("3 of 4 runs are in the results file.", await Run(arguments));
        Assert.True(File.Exists(picture));
        Assert.Contains("4 of 4 runs are in the results file.", await Run(arguments));
    }

    private static async Task<string> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Papers.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error + output);
        return output;
    }
}
