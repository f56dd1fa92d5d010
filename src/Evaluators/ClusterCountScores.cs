namespace Disentangle.ML.Evaluators;

/// <summary>The scores of several clusterings with the same number of clusters.</summary>
/// <param name="NumberOfClusters">The number of clusters, k.</param>
/// <param name="StabilityTimesModularity">
/// The mean agreement of a clustering with the others times its modularity; higher is better. It decides the suggested number: stability
/// alone favours few clusters, and modularity alone any clusters that do not cut neighbourhoods.
/// </param>
/// <param name="Stability">
/// The mean adjusted mutual information of a clustering with the others. At most 1; higher is better.
/// </param>
/// <param name="Modularity">See <see cref="ClusteringMetrics.NeighborModularity"/>. Less than 1; higher is better.</param>
/// <param name="NeighborKappa">
/// See <see cref="ClusteringMetrics.NeighborKappa"/>. At most 1. It decreases with the number of clusters; a number after which it drops
/// faster is a good choice.
/// </param>
/// <param name="Silhouette">
/// -1 to 1; higher is better. Null if one of the clusterings has all rows, or all of the sample, in one cluster.
/// </param>
/// <param name="Inertia">
/// The mean squared distance of the rows to the nearest centroid. It decreases with the number of clusters; look for the elbow.
/// </param>
public sealed record ClusterCountScores(
    int NumberOfClusters,
    ScoreSummary StabilityTimesModularity,
    ScoreSummary Stability,
    ScoreSummary Modularity,
    ScoreSummary NeighborKappa,
    ScoreSummary? Silhouette,
    ScoreSummary Inertia);
