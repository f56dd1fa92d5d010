namespace Disentangle.ML.Orleans;

/// <summary>The scores and the model of a trained trial.</summary>
internal sealed record TrainingOutcome(TrialScores Scores, byte[] Model);
