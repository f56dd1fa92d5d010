using System.Diagnostics;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>
/// Processes that are killed while they save: the file is whole afterwards, and the next save clears away what they left.
/// DISENTANGLE_KILLS is the number of processes; 3 without it.
/// </summary>
public sealed class KillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
    private readonly Random _random = new(1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("DISENTANGLE_KILLS"), out int count) ? count : 3;

    [Fact]
    public async Task A_model_is_whole_whenever_its_process_is_killed()
    {
        string path = Path.Combine(_folder, "model.zip");
        for (int i = 0; i < Kills; i++)
        {
            await SaveUntilKilled("model", path);
            Assert.InRange(Directory.GetFiles(_folder).Length, 1, 2);
            Assert.InRange(DisentangleModel.Load(Work.ML, path, out _).Encoders.Single().History.Count, 1, 2);
        }
        DisentangleModel.Save(Work.ML, Work.Fit(Work.Options with { Epochs = 1 }), Work.Data.Schema, path);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_checkpoint_is_whole_whenever_its_process_is_killed()
    {
        string path = Path.Combine(_folder, "training.checkpoint");
        int epochs = 0;
        for (int i = 0; i < Kills; i++)
        {
            await SaveUntilKilled("checkpoint", path);
            Assert.InRange(Directory.GetFiles(_folder).Length, 1, 2);
            using var source = new CancellationTokenSource();
            DisentangleEncoderTransformer resumed = Work.Fit(Work.Options with
            {
                CheckpointPath = path, CancellationToken = source.Token, Progress = _ => source.Cancel(),
            });
            Assert.True(resumed.History.Count > epochs + 1, $"The training stood at epoch {resumed.History.Count} after one at {epochs}.");
            epochs = resumed.History.Count;
            Assert.Equal([path], Directory.GetFiles(_folder));
        }
    }

    private async Task SaveUntilKilled(string what, string path)
    {
        var start = new ProcessStartInfo("dotnet", [TransformerTesting.Program("SaveForever"), what, path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string? line = await process.StandardOutput.ReadLineAsync();
            Assert.True(line == "saved", line is null ? await errors : line);
            await Task.Delay(_random.Next(100));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
