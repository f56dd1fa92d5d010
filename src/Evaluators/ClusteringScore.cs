namespace Disentangle.ML.Evaluators;

/// <summary>A score of a <see cref="ClusteringQuality"/>: how it is computed, and how to read it.</summary>
public sealed record ClusteringScore
{
    private readonly Func<ContingencyTable, Separation?, double?> _compute;

    private ClusteringScore(string name, string range, bool moreIsBetter, string meaning, Func<ContingencyTable, double> compute)
        : this(name, range, moreIsBetter, meaning, needsFeatures: false, (table, _) => compute(table))
    {
    }

    private ClusteringScore(string name, string range, bool moreIsBetter, string meaning, bool needsFeatures,
        Func<ContingencyTable, Separation?, double?> compute)
    {
        (Name, Range, MoreIsBetter, Meaning) = (name, range, moreIsBetter, meaning);
        (NeedsFeatures, _compute) = (needsFeatures, compute);
    }

    /// <summary>The name of the property, also used as the key in dictionaries and JSON.</summary>
    public string Name { get; }

    /// <summary>The range of values.</summary>
    public string Range { get; }

    /// <summary>Whether higher values are better.</summary>
    public bool MoreIsBetter { get; }

    /// <summary>What the score measures.</summary>
    public string Meaning { get; }

    /// <summary>Whether the score compares the clusters with features instead of labels.</summary>
    public bool NeedsFeatures { get; }

    /// <summary>Reads the score; null if it was not computed or is undefined.</summary>
    public double? Value(ClusteringQuality quality)
    {
        ArgumentNullException.ThrowIfNull(quality);
        return quality[this];
    }

    /// <summary>Computes the score; null if it needs features that are missing, or is undefined.</summary>
    internal double? Compute(ContingencyTable table, Separation? separation) => _compute(table, separation);

    private static ClusteringScore OfSeparation(string name, string range, bool moreIsBetter, string meaning,
        Func<Separation, double?> compute) =>
        new(name, range, moreIsBetter, meaning, needsFeatures: true,
            (_, separation) => separation is null ? null : compute(separation));

    /// <summary>All scores in the order they are printed.</summary>
    public static IReadOnlyList<ClusteringScore> All { get; } =
    [
        new(nameof(ClusteringQuality.AdjustedMutualInformation), "≤ 1", true,
            "mutual information corrected for chance, arithmetic mean: 0 for independent partitions on average, 1 for equal ones",
            table => ClusteringMetrics.AdjustedMutualInformation(table)),
        new(nameof(ClusteringQuality.AdjustedMutualInformationMax), "≤ 1", true,
            "as above, normalised by the larger entropy", table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Max)),
        new(nameof(ClusteringQuality.AdjustedMutualInformationGeometric), "≤ 1", true,
            "as above, with the geometric mean", table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Geometric)),
        new(nameof(ClusteringQuality.AdjustedMutualInformationMin), "≤ 1", true,
            "as above, normalised by the smaller entropy", table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Min)),
        new(nameof(ClusteringQuality.AdjustedRandIndex), "[-0.5, 1]", true,
            "agreement over pairs of rows corrected for chance: 0 for independent partitions on average, 1 for equal ones",
            table => ClusteringMetrics.AdjustedRandIndex(table)),
        new(nameof(ClusteringQuality.HungarianAccuracy), "[0, 1]", true,
            "fraction of rows in the cluster matched to their class, one cluster per class", table =>
            ClusteringMetrics.HungarianAccuracy(table)),
        new(nameof(ClusteringQuality.NormalizedMutualInformation), "[0, 1]", true,
            "mutual information over the arithmetic mean of the entropies, not corrected for chance", table =>
            ClusteringMetrics.NormalizedMutualInformation(table)),
        new(nameof(ClusteringQuality.NormalizedMutualInformationMax), "[0, 1]", true,
            "as above, normalised by the larger entropy", table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Max)),
        new(nameof(ClusteringQuality.NormalizedMutualInformationGeometric), "[0, 1]", true,
            "as above, with the geometric mean", table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Geometric)),
        new(nameof(ClusteringQuality.NormalizedMutualInformationMin), "[0, 1]", true,
            "as above, normalised by the smaller entropy", table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Min)),
        new(nameof(ClusteringQuality.Homogeneity), "[0, 1]", true,
            "1 if each cluster holds only one class; called NormalizedMutualInformation by ML.NET", table =>
            ClusteringMetrics.Homogeneity(table)),
        new(nameof(ClusteringQuality.Completeness), "[0, 1]", true, "1 if each class lies in one cluster",
            table => ClusteringMetrics.Completeness(table)),
        new(nameof(ClusteringQuality.VMeasure), "[0, 1]", true, "harmonic mean of homogeneity and completeness",
            table => ClusteringMetrics.VMeasure(table)),
        new(nameof(ClusteringQuality.Purity), "[0, 1]", true, "fraction of rows in the largest class of their cluster",
            table => ClusteringMetrics.Purity(table)),
        new(nameof(ClusteringQuality.FowlkesMallows), "[0, 1]", true, "geometric mean of pair precision and pair recall",
            table => ClusteringMetrics.FowlkesMallows(table)),
        new(nameof(ClusteringQuality.RandIndex), "[0, 1]", true,
            "fraction of pairs of rows on which the partitions agree, not corrected for chance", table =>
            ClusteringMetrics.RandIndex(table)),
        new(nameof(ClusteringQuality.PairPrecision), "[0, 1]", true, "fraction of pairs with the same cluster that have the same class",
            table => ClusteringMetrics.PairPrecision(table)),
        new(nameof(ClusteringQuality.PairRecall), "[0, 1]", true, "fraction of pairs with the same class that have the same cluster",
            table => ClusteringMetrics.PairRecall(table)),
        new(nameof(ClusteringQuality.PairF1), "[0, 1]", true, "harmonic mean of pair precision and pair recall",
            table => ClusteringMetrics.PairF1(table)),
        new(nameof(ClusteringQuality.MutualInformation), "[0, log N]", true,
            "information about the classes in the clusters, in nats", table => ClusteringMetrics.MutualInformation(table)),
        new(nameof(ClusteringQuality.VariationOfInformation), "[0, log N]", false,
            "distance between the partitions in nats, 0 for equal ones", table => ClusteringMetrics.VariationOfInformation(table)),
        OfSeparation(nameof(ClusteringQuality.Silhouette), "[-1, 1]", true,
            "how much closer rows are to their own cluster than to the next one", separation => separation.Silhouette?.Mean),
        OfSeparation(nameof(ClusteringQuality.DaviesBouldin), "≥ 0", false,
            "spread of clusters relative to the distance between their centroids, for the worst pair of each", separation =>
            separation.DaviesBouldin),
        OfSeparation(nameof(ClusteringQuality.CalinskiHarabasz), "≥ 0", true, "variance between clusters relative to the variance within",
            separation => separation.CalinskiHarabasz),
        OfSeparation(nameof(ClusteringQuality.Inertia), "≥ 0", false,
            "sum of squared distances to the centroid of the cluster, which k-means minimises", separation => separation.Inertia),
    ];

    /// <summary>Finds a score by name.</summary>
    /// <exception cref="ArgumentException">There is no such score; the message lists the names.</exception>
    public static ClusteringScore Named(string name) => All.FirstOrDefault(score => score.Name == name)
        ?? throw new ArgumentException($"There is no score '{name}'; the scores are {string.Join(", ", All.Select(score => score.Name))}.",
            nameof(name));
}
