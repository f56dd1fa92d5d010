namespace Disentangle.ML.Orleans;

/// <summary>The scores of a trained trial, and a function that saves its model.</summary>
internal sealed record TrainingOutcome(TrialScores Scores, Func<byte[]> SaveModel);
