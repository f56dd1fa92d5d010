namespace Disentangle.ML.Evaluators;

/// <summary>How frequent a label is in a cluster.</summary>
/// <param name="Label">The label.</param>
/// <param name="Rows">The rows of the cluster with this label, at least 1.</param>
/// <param name="Share">Their share of the cluster's labelled rows, above 0 to 1.</param>
/// <param name="OverallShare">The label's share of all labelled rows, above 0 to 1.</param>
public sealed record LabelShare(string Label, int Rows, double Share, double OverallShare);
