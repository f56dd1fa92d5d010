namespace Disentangle.ML.Evaluators;

/// <summary>A non-zero cell of a <see cref="ContingencyTable"/>.</summary>
/// <param name="Class">The index of the class, 0 to <see cref="ContingencyTable.ClassCount"/> - 1.</param>
/// <param name="Cluster">The index of the cluster, 0 to <see cref="ContingencyTable.ClusterCount"/> - 1.</param>
/// <param name="Count">The number of rows of the class in the cluster, at least 1.</param>
public readonly record struct ContingencyCell(int Class, int Cluster, int Count);
