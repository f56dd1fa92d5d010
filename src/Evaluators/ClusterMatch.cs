namespace Disentangle.ML.Evaluators;

/// <summary>A cluster and the class matched to it.</summary>
/// <param name="Cluster">The name of the cluster.</param>
/// <param name="Class">The name of the class.</param>
/// <param name="Rows">The number of rows they share, at least 1.</param>
public readonly record struct ClusterMatch(string Cluster, string Class, int Rows);
