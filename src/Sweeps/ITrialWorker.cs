using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>Trains the trials of a sweep, several at a time.</summary>
internal interface ITrialWorker<TOptions>
    where TOptions : EncoderOptions
{
    /// <summary>The number of trials that can be trained at the same time.</summary>
    Task<int> CapacityAsync(CancellationToken token);

    /// <summary>Trains a trial.</summary>
    /// <param name="context">For the log and the model.</param>
    /// <param name="trial">The trial without its scores.</param>
    /// <param name="options">Its options.</param>
    /// <param name="numberOfClusters">Its number of clusters; null for no clustering.</param>
    /// <param name="token">Ends the training within a batch.</param>
    Task<TrainedTrial<TOptions>> RunAsync(
        MLContext context, SweepTrial trial, TOptions options, int? numberOfClusters, CancellationToken token);
}
