namespace Disentangle.ML.Trainers;

/// <summary>The result of training.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="History">Every finished epoch.</param>
/// <param name="StopReason">Why training stopped.</param>
/// <param name="BestEpoch">The epoch whose weights the encoder has, from 1.</param>
public sealed record TrainingResult(Encoder Encoder, IReadOnlyList<TrainingProgress> History, StopReason StopReason, int BestEpoch)
{
    /// <summary>The minimised objective: that of the options, with the reconstruction error chosen from the data.</summary>
    public required Objective Objective { get; init; }

    /// <summary>Problems that did not stop training, one sentence each, such as a collapsed embedding or unscaled features.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
