namespace Disentangle.ML.Evaluators;

/// <summary>What one cluster holds.</summary>
/// <param name="Name">The name of the cluster.</param>
/// <param name="Rows">Its rows, at least 1.</param>
/// <param name="Share">Its share of all rows with a cluster, above 0 to 1.</param>
/// <param name="Labels">The labels of its rows, for each label column.</param>
/// <param name="Differences">The features that differ most from all other rows, by the absolute standardised mean difference.</param>
/// <param name="NearestCluster">The cluster with the nearest mean in the embedding; null without an embedding or with one cluster.</param>
/// <param name="NearestDistance">The distance of the two means.</param>
/// <param name="Typical">The rows nearest to the mean of the cluster, the nearest first; empty without an embedding.</param>
/// <param name="Doubtful">The rows with the least <see cref="ClusterRow.Margin"/>, the least first; empty without an embedding.</param>
public sealed record ClusterDescription(
    string Name,
    int Rows,
    double Share,
    IReadOnlyList<ClusterLabels> Labels,
    IReadOnlyList<FeatureDifference> Differences,
    string? NearestCluster,
    double? NearestDistance,
    IReadOnlyList<ClusterRow> Typical,
    IReadOnlyList<ClusterRow> Doubtful);
