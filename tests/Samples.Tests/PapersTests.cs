using System.Diagnostics;

namespace Disentangle.ML.Samples.Tests;

public class PapersTests
{
    [Fact]
    public async Task Every_experiment_runs_and_prints_its_table()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Papers.dll"), "quick"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error + output);
        // A table each, and a second one of the experiment that chooses a setting.
        Assert.True(output.Split('\n').Count(line => line.StartsWith('┌') || line.StartsWith("| --", StringComparison.Ordinal)) >= 11,
            output);
    }
}
