namespace Disentangle.ML.Evaluators;

/// <summary>Two rows that are among each other's nearest rows.</summary>
/// <param name="First">The smaller row number, from 0.</param>
/// <param name="Second">The larger row number.</param>
public readonly record struct NeighborPair(int First, int Second);
