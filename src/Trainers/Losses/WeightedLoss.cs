namespace Disentangle.ML.Trainers;

/// <summary>A loss and its weight in an objective.</summary>
/// <param name="Weight">0 or more.</param>
/// <param name="Loss">The loss.</param>
public sealed record WeightedLoss(float Weight, ILoss Loss);
