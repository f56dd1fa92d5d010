using System.Diagnostics;

namespace Disentangle.ML.Orleans.Tests;

/// <summary>A silo of samples/ClusterSweep in a process of its own.</summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process _process;

    private SiloProcess(Process process) => _process = process;

    public static async Task<SiloProcess> StartAsync(int port, int gatewayPort, int primaryPort, string folder, string storage)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                typeof(ClusterSweep.SqliteStorage).Assembly.Location, "silo", "--port", $"{port}", "--gateway-port", $"{gatewayPort}",
                "--primary", $"127.0.0.1:{primaryPort}", "--trials-at-once", "1", "--data", folder, "--storage", storage,
            },
        };
        var silo = new SiloProcess(Process.Start(start)!);
        var joined = new TaskCompletionSource();
        silo._process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                joined.TrySetException(new InvalidOperationException("The silo ended."));
            else if (line.Data.StartsWith("Silo on port", StringComparison.Ordinal))
                joined.TrySetResult();
        };
        silo._process.BeginOutputReadLine();
        await joined.Task;
        return silo;
    }

    /// <summary>SIGKILL: the silo has no time for anything.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
