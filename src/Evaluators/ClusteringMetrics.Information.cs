namespace Disentangle.ML.Evaluators;

/// <summary>
/// Scores of clusterings. Scores against labels take the label and the cluster of each row (any integers), or a
/// <see cref="ContingencyTable"/> to compute several scores of one clustering; geometric scores take points and their clusters. Logarithms
/// are natural. No score is NaN or negative zero.
/// </summary>
public static partial class ClusteringMetrics
{
    private const double RoundingError = 1.0 / (1L << 52);

    /// <summary>
    /// I(U; V) = Σ n_ij/N log(N n_ij / (a_i b_j)), in nats: 0 for independent partitions, at most the smaller of the two entropies.
    /// Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double MutualInformation(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadOnlySpan<int> classSizes = table.ClassSizes, clusterSizes = table.ClusterSizes;
        double sum = 0;
        foreach ((int i, int j, int count) in table.Cells)
            sum += count * Math.Log((double)count * table.RowCount / ((double)classSizes[i] * clusterSizes[j]));
        return Math.Max(0, sum / table.RowCount);
    }

    /// <inheritdoc cref="MutualInformation(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double MutualInformation(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        MutualInformation(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// The exact E[I(U; V)] over all pairs of partitions with the same sizes, in nats (Vinh, Epps and Bailey 2010, eq. 24a). At least 0.
    /// Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double ExpectedMutualInformation(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.ExpectedMutualInformation;
    }

    /// <inheritdoc cref="ExpectedMutualInformation(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double ExpectedMutualInformation(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        ExpectedMutualInformation(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// (I - E[I]) / (mean(H(U), H(V)) - E[I]) (Vinh, Epps and Bailey 2010): 1 for equal partitions, 0 on average for independent ones,
    /// negative if worse than chance. A partition into one cluster, or into single rows, scores 0 against any other. Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    /// <param name="mean">The mean of the entropies in the denominator.</param>
    public static double AdjustedMutualInformation(ContingencyTable table, EntropyMean mean = EntropyMean.Arithmetic)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.IsIdentity)
            return 1;
        // The mutual information then has only one possible value, and the quotient would be 0 / 0 or rounding error.
        if (IsTrivial(table.ClassCount, table.RowCount) || IsTrivial(table.ClusterCount, table.RowCount))
            return 0;
        double expected = table.ExpectedMutualInformation;
        double possible = Math.Max(MeanEntropy(table, mean) - expected, RoundingError);
        return Math.Min(1, (MutualInformation(table) - expected) / possible);
    }

    /// <inheritdoc cref="AdjustedMutualInformation(ContingencyTable, EntropyMean)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <param name="mean">The mean of the entropies in the denominator.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double AdjustedMutualInformation(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters,
        EntropyMean mean = EntropyMean.Arithmetic) => AdjustedMutualInformation(ContingencyTable.Create(labels, clusters), mean);

    /// <summary>
    /// I / mean(H(U), H(V)): 0 for independent partitions, 1 for equal ones. Not corrected for chance: it grows with the number of
    /// clusters. Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    /// <param name="mean">The mean of the entropies in the denominator.</param>
    public static double NormalizedMutualInformation(ContingencyTable table, EntropyMean mean = EntropyMean.Arithmetic)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.IsIdentity)
            return 1;
        double information = MutualInformation(table);
        return information == 0 ? 0 : Math.Min(1, information / MeanEntropy(table, mean));
    }

    /// <inheritdoc cref="NormalizedMutualInformation(ContingencyTable, EntropyMean)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <param name="mean">The mean of the entropies in the denominator.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double NormalizedMutualInformation(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters,
        EntropyMean mean = EntropyMean.Arithmetic) => NormalizedMutualInformation(ContingencyTable.Create(labels, clusters), mean);

    /// <summary>
    /// I / H(classes) = 1 - H(classes | clusters) / H(classes), 0 to 1: 1 if each cluster holds only one class, or there is only one class
    /// (Rosenberg and Hirschberg 2007). ML.NET calls this score NormalizedMutualInformation.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double Homogeneity(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return ExplainedShare(table, table.ClassSizes);
    }

    /// <inheritdoc cref="Homogeneity(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double Homogeneity(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        Homogeneity(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// I / H(clusters) = 1 - H(clusters | classes) / H(clusters), 0 to 1: 1 if each class lies in one cluster, or there is only one
    /// cluster (Rosenberg and Hirschberg 2007).
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double Completeness(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return ExplainedShare(table, table.ClusterSizes);
    }

    /// <inheritdoc cref="Completeness(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double Completeness(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        Completeness(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// (1 + β) h c / (β h + c), 0 to 1, for homogeneity h and completeness c (Rosenberg and Hirschberg 2007). With β = 1 it equals the NMI
    /// with the arithmetic mean.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    /// <param name="beta">The weight of completeness relative to homogeneity, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is negative or not finite.</exception>
    public static double VMeasure(ContingencyTable table, double beta = 1)
    {
        if (!(beta >= 0 && double.IsFinite(beta)))
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "beta must be finite and 0 or more.");
        double homogeneity = Homogeneity(table), completeness = Completeness(table);
        double denominator = beta * homogeneity + completeness;
        return denominator == 0 ? 0 : Math.Min(1, (1 + beta) * homogeneity * completeness / denominator);
    }

    /// <inheritdoc cref="VMeasure(ContingencyTable, double)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <param name="beta">The weight of completeness relative to homogeneity, 0 or more.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double VMeasure(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters, double beta = 1) =>
        VMeasure(ContingencyTable.Create(labels, clusters), beta);

    /// <summary>
    /// H(U | V) + H(V | U), in nats (Meilă 2007): a distance between partitions, 0 for equal ones, at most log N. Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double VariationOfInformation(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadOnlySpan<int> classSizes = table.ClassSizes, clusterSizes = table.ClusterSizes;
        double sum = 0;
        foreach ((int i, int j, int count) in table.Cells)
            sum += count * (Math.Log((double)classSizes[i] / count) + Math.Log((double)clusterSizes[j] / count));
        return sum / table.RowCount;
    }

    /// <inheritdoc cref="VariationOfInformation(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double VariationOfInformation(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        VariationOfInformation(ContingencyTable.Create(labels, clusters));

    private static bool IsTrivial(int parts, int rows) => parts == 1 || parts == rows;

    private static double ExplainedShare(ContingencyTable table, ReadOnlySpan<int> sizes) =>
        sizes.Length == 1 ? 1 : Math.Min(1, MutualInformation(table) / Entropy(sizes, table.RowCount));

    private static double MeanEntropy(ContingencyTable table, EntropyMean mean)
    {
        double classes = Entropy(table.ClassSizes, table.RowCount), clusters = Entropy(table.ClusterSizes, table.RowCount);
        return mean switch
        {
            EntropyMean.Arithmetic => (classes + clusters) / 2,
            EntropyMean.Geometric => Math.Sqrt(classes * clusters),
            EntropyMean.Min => Math.Min(classes, clusters),
            EntropyMean.Max => Math.Max(classes, clusters),
            _ => throw new ArgumentOutOfRangeException(nameof(mean), mean, "mean must be a value of EntropyMean."),
        };
    }

    private static double Entropy(ReadOnlySpan<int> sizes, int rows)
    {
        double sum = 0;
        foreach (int size in sizes)
            sum += size * Math.Log((double)rows / size);
        return sum / rows;
    }
}
