namespace Disentangle.ML.Evaluators;

public static partial class ClusteringMetrics
{
    /// <summary>Counts the pairs of rows by whether they share a class and a cluster.</summary>
    /// <param name="table">Classes against clusters.</param>
    public static PairConfusion CountPairs(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return PairConfusion.Of(table);
    }

    /// <inheritdoc cref="CountPairs(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static PairConfusion CountPairs(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        CountPairs(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// The fraction of pairs on which the two partitions agree, 0 to 1 (Rand 1971). Close to 1 whenever there are many clusters.
    /// Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double RandIndex(ContingencyTable table)
    {
        (long together, long sameCluster, long sameClass, long apart) = CountPairs(table);
        return sameCluster == 0 && sameClass == 0 ? 1 : (double)(together + apart) / (together + sameCluster + sameClass + apart);
    }

    /// <inheritdoc cref="RandIndex(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double RandIndex(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        RandIndex(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// (RI - E[RI]) / (1 - E[RI]) (Hubert and Arabie 1985): 1 for equal partitions, 0 on average for independent ones, at least -1/2.
    /// Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double AdjustedRandIndex(ContingencyTable table)
    {
        (Int128 together, Int128 sameCluster, Int128 sameClass, Int128 apart) = Widen(CountPairs(table));
        if (sameCluster == 0 && sameClass == 0)
            return 1;
        Int128 denominator = (together + sameClass) * (sameClass + apart) + (together + sameCluster) * (sameCluster + apart);
        return (double)(2 * (together * apart - sameClass * sameCluster)) / (double)denominator;
    }

    /// <inheritdoc cref="AdjustedRandIndex(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double AdjustedRandIndex(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        AdjustedRandIndex(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// √(pair precision × pair recall), 0 to 1 (Fowlkes and Mallows 1983). 0 if no two rows share both a class and a cluster. Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double FowlkesMallows(ContingencyTable table)
    {
        PairConfusion pairs = CountPairs(table);
        return Math.Sqrt(Precision(pairs)) * Math.Sqrt(Recall(pairs));
    }

    /// <inheritdoc cref="FowlkesMallows(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double FowlkesMallows(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        FowlkesMallows(ContingencyTable.Create(labels, clusters));

    /// <summary>The fraction of pairs with the same cluster that have the same class, 0 to 1; 0 if all clusters are single rows.</summary>
    /// <param name="table">Classes against clusters.</param>
    public static double PairPrecision(ContingencyTable table) => Precision(CountPairs(table));

    /// <inheritdoc cref="PairPrecision(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double PairPrecision(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        PairPrecision(ContingencyTable.Create(labels, clusters));

    /// <summary>The fraction of pairs with the same class that have the same cluster, 0 to 1; 0 if all classes are single rows.</summary>
    /// <param name="table">Classes against clusters.</param>
    public static double PairRecall(ContingencyTable table) => Recall(CountPairs(table));

    /// <inheritdoc cref="PairRecall(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double PairRecall(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        PairRecall(ContingencyTable.Create(labels, clusters));

    /// <summary>The harmonic mean of pair precision and pair recall, 0 to 1. Symmetric.</summary>
    /// <param name="table">Classes against clusters.</param>
    public static double PairF1(ContingencyTable table)
    {
        PairConfusion pairs = CountPairs(table);
        return Ratio(pairs.Together, pairs.Together + (pairs.SameClusterOnly + pairs.SameClassOnly) / 2.0);
    }

    /// <inheritdoc cref="PairF1(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double PairF1(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        PairF1(ContingencyTable.Create(labels, clusters));

    private static double Precision(PairConfusion pairs) => Ratio(pairs.Together, pairs.Together + pairs.SameClusterOnly);

    private static double Recall(PairConfusion pairs) => Ratio(pairs.Together, pairs.Together + pairs.SameClassOnly);

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    private static (Int128 Together, Int128 SameCluster, Int128 SameClass, Int128 Apart) Widen(PairConfusion pairs) =>
        (pairs.Together, pairs.SameClusterOnly, pairs.SameClassOnly, pairs.Apart);
}
