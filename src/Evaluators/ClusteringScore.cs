namespace Disentangle.ML.Evaluators;

/// <summary>Describes a score of a <see cref="ClusteringQuality"/>.</summary>
/// <param name="Name">The name of the property, also used as the key in dictionaries and JSON.</param>
/// <param name="Range">The range of values.</param>
/// <param name="MoreIsBetter">Whether higher values are better.</param>
/// <param name="Meaning">What the score measures.</param>
/// <param name="Value">Reads the score; null if it was not computed or is undefined.</param>
public sealed record ClusteringScore(string Name, string Range, bool MoreIsBetter, string Meaning, Func<ClusteringQuality, double?> Value)
{
    /// <summary>All scores in the order they are printed.</summary>
    public static IReadOnlyList<ClusteringScore> All { get; } =
    [
        new(nameof(ClusteringQuality.AdjustedMutualInformation), "≤ 1", true,
            "mutual information corrected for chance, arithmetic mean: 0 for independent partitions on average, 1 for equal ones",
            q => q.AdjustedMutualInformation),
        new(nameof(ClusteringQuality.AdjustedMutualInformationMax), "≤ 1", true,
            "as above, normalised by the larger entropy", q => q.AdjustedMutualInformationMax),
        new(nameof(ClusteringQuality.AdjustedMutualInformationGeometric), "≤ 1", true,
            "as above, with the geometric mean", q => q.AdjustedMutualInformationGeometric),
        new(nameof(ClusteringQuality.AdjustedMutualInformationMin), "≤ 1", true,
            "as above, normalised by the smaller entropy", q => q.AdjustedMutualInformationMin),
        new(nameof(ClusteringQuality.AdjustedRandIndex), "[-0.5, 1]", true,
            "agreement over pairs of rows corrected for chance: 0 for independent partitions on average, 1 for equal ones",
            q => q.AdjustedRandIndex),
        new(nameof(ClusteringQuality.HungarianAccuracy), "[0, 1]", true,
            "fraction of rows in the cluster matched to their class, one cluster per class", q => q.HungarianAccuracy),
        new(nameof(ClusteringQuality.NormalizedMutualInformation), "[0, 1]", true,
            "mutual information over the arithmetic mean of the entropies, not corrected for chance", q => q.NormalizedMutualInformation),
        new(nameof(ClusteringQuality.NormalizedMutualInformationMax), "[0, 1]", true,
            "as above, normalised by the larger entropy", q => q.NormalizedMutualInformationMax),
        new(nameof(ClusteringQuality.NormalizedMutualInformationGeometric), "[0, 1]", true,
            "as above, with the geometric mean", q => q.NormalizedMutualInformationGeometric),
        new(nameof(ClusteringQuality.NormalizedMutualInformationMin), "[0, 1]", true,
            "as above, normalised by the smaller entropy", q => q.NormalizedMutualInformationMin),
        new(nameof(ClusteringQuality.Homogeneity), "[0, 1]", true,
            "1 if each cluster holds only one class; called NormalizedMutualInformation by ML.NET", q => q.Homogeneity),
        new(nameof(ClusteringQuality.Completeness), "[0, 1]", true, "1 if each class lies in one cluster", q => q.Completeness),
        new(nameof(ClusteringQuality.VMeasure), "[0, 1]", true, "harmonic mean of homogeneity and completeness", q => q.VMeasure),
        new(nameof(ClusteringQuality.Purity), "[0, 1]", true, "fraction of rows in the largest class of their cluster", q => q.Purity),
        new(nameof(ClusteringQuality.FowlkesMallows), "[0, 1]", true, "geometric mean of pair precision and pair recall",
            q => q.FowlkesMallows),
        new(nameof(ClusteringQuality.RandIndex), "[0, 1]", true,
            "fraction of pairs of rows on which the partitions agree, not corrected for chance", q => q.RandIndex),
        new(nameof(ClusteringQuality.PairPrecision), "[0, 1]", true, "fraction of pairs with the same cluster that have the same class",
            q => q.PairPrecision),
        new(nameof(ClusteringQuality.PairRecall), "[0, 1]", true, "fraction of pairs with the same class that have the same cluster",
            q => q.PairRecall),
        new(nameof(ClusteringQuality.PairF1), "[0, 1]", true, "harmonic mean of pair precision and pair recall", q => q.PairF1),
        new(nameof(ClusteringQuality.MutualInformation), "[0, log N]", true,
            "information about the classes in the clusters, in nats", q => q.MutualInformation),
        new(nameof(ClusteringQuality.VariationOfInformation), "[0, log N]", false,
            "distance between the partitions in nats, 0 for equal ones", q => q.VariationOfInformation),
        new(nameof(ClusteringQuality.Silhouette), "[-1, 1]", true, "how much closer rows are to their own cluster than to the next one",
            q => q.Silhouette),
        new(nameof(ClusteringQuality.DaviesBouldin), "≥ 0", false,
            "spread of clusters relative to the distance between their centroids, for the worst pair of each", q => q.DaviesBouldin),
        new(nameof(ClusteringQuality.CalinskiHarabasz), "≥ 0", true, "variance between clusters relative to the variance within",
            q => q.CalinskiHarabasz),
        new(nameof(ClusteringQuality.Inertia), "≥ 0", false,
            "sum of squared distances to the centroid of the cluster, which k-means minimises", q => q.Inertia),
    ];

    /// <summary>Finds a score by name.</summary>
    /// <exception cref="ArgumentException">There is no such score; the message lists the names.</exception>
    public static ClusteringScore Named(string name) => All.FirstOrDefault(score => score.Name == name)
        ?? throw new ArgumentException($"There is no score '{name}'; the scores are {string.Join(", ", All.Select(score => score.Name))}.",
            nameof(name));
}
