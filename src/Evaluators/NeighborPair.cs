namespace Disentangle.ML.Evaluators;

/// <summary>Two rows, each among the nearest of the other.</summary>
/// <param name="First">The smaller row number, counted from 0.</param>
/// <param name="Second">The larger row number.</param>
public readonly record struct NeighborPair(int First, int Second);
