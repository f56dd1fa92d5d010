namespace Disentangle.ML.Evaluators;

/// <summary>A row near another.</summary>
/// <param name="Row">Its number, from 0.</param>
/// <param name="Distance">The Euclidean distance.</param>
public readonly record struct NearRow(int Row, double Distance);
