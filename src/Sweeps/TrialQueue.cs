using System.Diagnostics;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>
/// The trials in flight. They end in any order and are taken in the order in which they were started, so that a sweep does not depend on
/// which of them is fast.
/// </summary>
internal sealed class TrialQueue<TOptions>(ITrialWorker<TOptions> worker, CancellationToken token)
    where TOptions : EncoderOptions
{
    private readonly Queue<Task<FinishedTrial<TOptions>>> _trials = [];

    public int Count => _trials.Count;

    /// <summary>Starts a trial.</summary>
    /// <param name="context">The context of the trial.</param>
    /// <param name="trial">The trial without its scores.</param>
    /// <param name="choose">Returns the options and the number of clusters; an exception is the failure of the trial.</param>
    public void Start(MLContext context, SweepTrial trial, Func<(TOptions Options, int? NumberOfClusters)> choose) =>
        _trials.Enqueue(Task.Run(() => RunAsync(context, trial, choose)));

    /// <summary>Waits for the trial that was started first.</summary>
    public Task<FinishedTrial<TOptions>> NextAsync() => _trials.Dequeue();

    private async Task<FinishedTrial<TOptions>> RunAsync(
        MLContext context, SweepTrial trial, Func<(TOptions Options, int? NumberOfClusters)> choose)
    {
        trial = trial with { Started = DateTime.UtcNow };
        var clock = Stopwatch.StartNew();
        try
        {
            token.ThrowIfCancellationRequested();
            (TOptions options, int? clusters) = choose();
            TrainedTrial<TOptions> trained = await worker.RunAsync(context, trial, options, clusters, token).ConfigureAwait(false);
            return new(trained.Trial, trained, null);
        }
        catch (Exception exception)
        {
            bool cancelled = token.IsCancellationRequested;
            return new(trial with
            {
                Outcome = cancelled ? TrialOutcome.Cancelled : TrialOutcome.Failed,
                Failure = cancelled ? "The sweep ended before the trial." : exception.Message,
                Seconds = clock.Elapsed.TotalSeconds,
            }, null, exception);
        }
    }
}
