namespace Disentangle.ML.Evaluators;

/// <summary>The labels that the rows of a cluster have in one column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Shares">The labels that occur in the cluster, the most frequent first.</param>
/// <param name="RowsWithoutLabel">The rows of the cluster without a label.</param>
public sealed record ClusterLabels(string Column, IReadOnlyList<LabelShare> Shares, int RowsWithoutLabel);
