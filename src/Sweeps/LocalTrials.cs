using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>Trains trials in this process.</summary>
internal sealed class LocalTrials<TOptions>(SweepTraining<TOptions> training) : ITrialWorker<TOptions>
    where TOptions : EncoderOptions
{
    private readonly int _parallelism = training.Settings.Parallelism ?? 1;

    public Task<int> CapacityAsync(CancellationToken token) => Task.FromResult(_parallelism);

    public Task<TrainedTrial<TOptions>> RunAsync(
        MLContext context, SweepTrial trial, TOptions options, int? numberOfClusters, CancellationToken token)
    {
        int threads = _parallelism == 1 ? 0 : Math.Max(1, Environment.ProcessorCount / _parallelism);
        return Task.Factory.StartNew(() => training.Run(context, trial, options, numberOfClusters, threads, token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
