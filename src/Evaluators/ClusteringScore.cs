namespace Disentangle.ML.Evaluators;

/// <summary>One of the scores of a <see cref="ClusteringQuality"/>, described.</summary>
/// <param name="Name">The name of the property, which is also the key in dictionaries and JSON.</param>
/// <param name="Range">The values it can take.</param>
/// <param name="MoreIsBetter">Whether a larger value is the better one.</param>
/// <param name="Meaning">What it tells.</param>
/// <param name="Value">Reads it; null where it was not computed or does not exist.</param>
public sealed record ClusteringScore(string Name, string Range, bool MoreIsBetter, string Meaning, Func<ClusteringQuality, double?> Value)
{
    /// <summary>All scores, in the order in which they are printed.</summary>
    public static IReadOnlyList<ClusteringScore> All { get; } =
    [
        new(nameof(ClusteringQuality.AdjustedMutualInformation), "≤ 1", true,
            "mutual information corrected for chance, arithmetic mean: 0 for independent partitions on average, 1 for equal ones",
            q => q.AdjustedMutualInformation),
        new(nameof(ClusteringQuality.AdjustedMutualInformationMax), "≤ 1", true,
            "the same with the larger entropy as normaliser", q => q.AdjustedMutualInformationMax),
        new(nameof(ClusteringQuality.AdjustedMutualInformationGeometric), "≤ 1", true,
            "the same with the geometric mean", q => q.AdjustedMutualInformationGeometric),
        new(nameof(ClusteringQuality.AdjustedMutualInformationMin), "≤ 1", true,
            "the same with the smaller entropy as normaliser", q => q.AdjustedMutualInformationMin),
        new(nameof(ClusteringQuality.AdjustedRandIndex), "[-0.5, 1]", true,
            "agreement over pairs of rows corrected for chance: 0 for independent partitions on average, 1 for equal ones", q => q.AdjustedRandIndex),
        new(nameof(ClusteringQuality.HungarianAccuracy), "[0, 1]", true,
            "share of rows in the cluster matched to their class, one cluster for one class", q => q.HungarianAccuracy),
        new(nameof(ClusteringQuality.NormalizedMutualInformation), "[0, 1]", true,
            "mutual information over the arithmetic mean of the entropies, not corrected for chance", q => q.NormalizedMutualInformation),
        new(nameof(ClusteringQuality.NormalizedMutualInformationMax), "[0, 1]", true,
            "the same with the larger entropy as normaliser", q => q.NormalizedMutualInformationMax),
        new(nameof(ClusteringQuality.NormalizedMutualInformationGeometric), "[0, 1]", true,
            "the same with the geometric mean", q => q.NormalizedMutualInformationGeometric),
        new(nameof(ClusteringQuality.NormalizedMutualInformationMin), "[0, 1]", true,
            "the same with the smaller entropy as normaliser", q => q.NormalizedMutualInformationMin),
        new(nameof(ClusteringQuality.Homogeneity), "[0, 1]", true,
            "1 when each cluster holds one class only; what ML.NET calls NormalizedMutualInformation", q => q.Homogeneity),
        new(nameof(ClusteringQuality.Completeness), "[0, 1]", true, "1 when each class lies in one cluster", q => q.Completeness),
        new(nameof(ClusteringQuality.VMeasure), "[0, 1]", true, "harmonic mean of homogeneity and completeness", q => q.VMeasure),
        new(nameof(ClusteringQuality.Purity), "[0, 1]", true, "share of rows in the largest class of their cluster", q => q.Purity),
        new(nameof(ClusteringQuality.FowlkesMallows), "[0, 1]", true, "geometric mean of pair precision and pair recall", q => q.FowlkesMallows),
        new(nameof(ClusteringQuality.RandIndex), "[0, 1]", true,
            "share of pairs of rows on which the partitions agree, not corrected for chance", q => q.RandIndex),
        new(nameof(ClusteringQuality.PairPrecision), "[0, 1]", true, "of the pairs in one cluster, the share in one class", q => q.PairPrecision),
        new(nameof(ClusteringQuality.PairRecall), "[0, 1]", true, "of the pairs in one class, the share in one cluster", q => q.PairRecall),
        new(nameof(ClusteringQuality.PairF1), "[0, 1]", true, "harmonic mean of pair precision and pair recall", q => q.PairF1),
        new(nameof(ClusteringQuality.MutualInformation), "[0, log N]", true,
            "information that the clusters give about the classes, in nats", q => q.MutualInformation),
        new(nameof(ClusteringQuality.VariationOfInformation), "[0, log N]", false,
            "distance of the partitions in nats, 0 for equal ones", q => q.VariationOfInformation),
        new(nameof(ClusteringQuality.Silhouette), "[-1, 1]", true, "how much nearer rows are to their own cluster than to the next one", q => q.Silhouette),
        new(nameof(ClusteringQuality.DaviesBouldin), "≥ 0", false,
            "spread of clusters against the distance of their centroids, worst pair of each", q => q.DaviesBouldin),
        new(nameof(ClusteringQuality.CalinskiHarabasz), "≥ 0", true, "variance between clusters against variance within", q => q.CalinskiHarabasz),
        new(nameof(ClusteringQuality.Inertia), "≥ 0", false,
            "sum of squared distances to the centroid of the cluster, what k-means minimises", q => q.Inertia),
    ];

    /// <summary>The score of that name.</summary>
    /// <exception cref="ArgumentException">There is no such score; the message lists the names.</exception>
    public static ClusteringScore Named(string name) => All.FirstOrDefault(score => score.Name == name)
        ?? throw new ArgumentException($"There is no score '{name}'; the scores are {string.Join(", ", All.Select(score => score.Name))}.", nameof(name));
}
