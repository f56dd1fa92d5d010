namespace Disentangle.ML.Evaluators;

/// <summary>The N (N - 1) / 2 pairs of rows, by whether the two rows share a class and whether they share a cluster.</summary>
/// <param name="Together">Same class, same cluster: true positives.</param>
/// <param name="SameClusterOnly">Same cluster, different classes: false positives.</param>
/// <param name="SameClassOnly">Same class, different clusters: false negatives.</param>
/// <param name="Apart">Different classes, different clusters: true negatives.</param>
public readonly record struct PairConfusion(long Together, long SameClusterOnly, long SameClassOnly, long Apart)
{
    internal static PairConfusion Of(ContingencyTable table)
    {
        // At most (2³¹)² / 2 pairs: 64 bits hold them.
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
