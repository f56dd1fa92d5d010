namespace Disentangle.ML.Transforms;

/// <summary>The names of the columns an estimator adds; null for those not requested.</summary>
internal sealed record AddedColumns(string Embedding, string? Score, string? PredictedLabel, string? Reconstruction);
