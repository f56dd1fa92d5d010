using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

public static partial class ClusteringMetrics
{
    /// <summary>
    /// The fraction of rows in the cluster matched to their class, 0 to 1, under the best one-to-one matching. Also called clustering
    /// accuracy. Symmetric.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double HungarianAccuracy(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadOnlySpan<int> matched = table.MatchedClusters;
        long rows = 0;
        for (int i = 0; i < matched.Length; i++)
            rows += matched[i] < 0 ? 0 : table[i, matched[i]];
        return (double)rows / table.RowCount;
    }

    /// <inheritdoc cref="HungarianAccuracy(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double HungarianAccuracy(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        HungarianAccuracy(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// The matching of <see cref="HungarianAccuracy(ContingencyTable)"/>: from clusters to classes, by their values. It omits clusters
    /// without a class.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static IReadOnlyDictionary<int, int> HungarianMatching(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadOnlySpan<int> matched = table.MatchedClusters;
        var classOfCluster = new Dictionary<int, int>();
        for (int i = 0; i < matched.Length; i++)
        {
            if (matched[i] >= 0)
                classOfCluster.Add(table.ClusterValues[matched[i]], table.ClassValues[i]);
        }
        return classOfCluster;
    }

    /// <inheritdoc cref="HungarianMatching(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static IReadOnlyDictionary<int, int> HungarianMatching(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        HungarianMatching(ContingencyTable.Create(labels, clusters));

    /// <summary>
    /// The fraction of rows in the largest class of their cluster, 0 to 1. It is 1 for clusters of single rows, so compare it only for the
    /// same number of clusters.
    /// </summary>
    /// <param name="table">Classes against clusters.</param>
    public static double Purity(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var largest = new int[table.ClusterCount];
        foreach ((_, int cluster, int count) in table.Cells)
            largest[cluster] = Math.Max(largest[cluster], count);
        return (double)TensorPrimitives.Sum<int>(largest) / table.RowCount;
    }

    /// <inheritdoc cref="Purity(ContingencyTable)"/>
    /// <param name="labels">The class of each row.</param>
    /// <param name="clusters">The cluster of each row.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static double Purity(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) =>
        Purity(ContingencyTable.Create(labels, clusters));
}
