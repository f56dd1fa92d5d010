namespace Disentangle.ML.Trainers;

/// <summary>The result of training joint autoencoders.</summary>
/// <param name="Model">The networks and the classifier.</param>
/// <param name="History">Every finished epoch, with the terms that <see cref="JointTrainingOptions"/> describes.</param>
/// <param name="StopReason">Why training stopped.</param>
/// <param name="BestEpoch">The epoch whose weights the model has, from 1.</param>
public sealed record JointTrainingResult(
    JointAutoencoder Model, IReadOnlyList<TrainingProgress> History, StopReason StopReason, int BestEpoch)
{
    /// <summary>Problems that did not stop training, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
