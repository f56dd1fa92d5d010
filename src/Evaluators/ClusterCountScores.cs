namespace Disentangle.ML.Evaluators;

/// <summary>The scores of one number of clusters, over several clusterings.</summary>
/// <param name="NumberOfClusters">The number of clusters, k.</param>
/// <param name="StabilityTimesModularity">
/// For each clustering its mean agreement with the others times its modularity; more is better. It suggests the number: stability alone
/// prefers few clusters, modularity alone any that do not cut neighbourhoods.
/// </param>
/// <param name="Stability">
/// The adjusted mutual information of each clustering with the others, their mean. At most 1, more is better.
/// </param>
/// <param name="Modularity">See <see cref="ClusteringMetrics.NeighborModularity"/>. Below 1, more is better.</param>
/// <param name="NeighborKappa">
/// See <see cref="ClusteringMetrics.NeighborKappa"/>. At most 1. It falls with the number of clusters: a number after which it falls
/// faster is a good one.
/// </param>
/// <param name="Silhouette">
/// -1 to 1, more is better; null where in one of the clusterings all rows, or all of the sample, lie in one cluster.
/// </param>
/// <param name="Inertia">
/// The mean squared distance of the rows to the nearest centroid. Falls with the number of clusters: look for the elbow.
/// </param>
public sealed record ClusterCountScores(
    int NumberOfClusters,
    ScoreSummary StabilityTimesModularity,
    ScoreSummary Stability,
    ScoreSummary Modularity,
    ScoreSummary NeighborKappa,
    ScoreSummary? Silhouette,
    ScoreSummary Inertia);
