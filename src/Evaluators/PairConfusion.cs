namespace Disentangle.ML.Evaluators;

/// <summary>The counts of the N (N - 1) / 2 pairs of rows by whether the rows share a class and a cluster.</summary>
/// <param name="Together">Same class, same cluster: true positives.</param>
/// <param name="SameClusterOnly">Same cluster, different classes: false positives.</param>
/// <param name="SameClassOnly">Same class, different clusters: false negatives.</param>
/// <param name="Apart">Different classes, different clusters: true negatives.</param>
public readonly record struct PairConfusion(long Together, long SameClusterOnly, long SameClassOnly, long Apart)
{
    internal static PairConfusion Of(ContingencyTable table)
    {
        // There are at most (2³¹)² / 2 pairs, which fit in 64 bits.
        long together = Pairs(table.CellCounts);
        long sameClass = Pairs(table.ClassSizes);
        long sameCluster = Pairs(table.ClusterSizes);
        long all = Pairs([table.RowCount]);
        return new(together, sameCluster - together, sameClass - together, all - sameClass - sameCluster + together);
    }

    private static long Pairs(ReadOnlySpan<int> sizes)
    {
        long sum = 0;
        foreach (int size in sizes)
            sum += (long)size * (size - 1) / 2;
        return sum;
    }
}
