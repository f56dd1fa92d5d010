namespace Disentangle.ML.Trainers;

/// <summary>The outcome of training.</summary>
/// <param name="History">Every finished epoch.</param>
/// <param name="StopReason">Why training stopped.</param>
/// <param name="BestEpoch">The epoch whose weights are the result, from 1.</param>
/// <param name="Start">Each loss by name in the first batch, before the first step; null if training was resumed.</param>
internal readonly record struct TrainingOutcome(
    IReadOnlyList<TrainingProgress> History, StopReason StopReason, int BestEpoch, IReadOnlyDictionary<string, double>? Start);
