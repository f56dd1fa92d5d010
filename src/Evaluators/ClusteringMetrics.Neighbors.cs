namespace Disentangle.ML.Evaluators;

public static partial class ClusteringMetrics
{
    /// <summary>
    /// Whether neighbours in the input lie in one cluster, corrected for chance: (a - e) / (1 - e), where a is the share of mutual
    /// neighbours in one cluster and e = Σ p_c² the share expected of two rows at random, with p_c the share of rows in cluster c. At most
    /// 1; 0 on average for clusters that have nothing to do with the input, and for one cluster.
    /// </summary>
    /// <param name="graph">The mutual neighbours in the input.</param>
    /// <param name="clusters">The cluster of each row that the graph was built from, any integers.</param>
    /// <exception cref="ArgumentException">There is not one cluster for each row.</exception>
    public static double NeighborKappa(NeighborGraph graph, ReadOnlySpan<int> clusters) =>
        NeighborKappaWithin(graph, clusters, new int[clusters.Length]);

    /// <summary>
    /// <see cref="NeighborKappa"/> within coarse classes: do the clusters split a class along its neighbourhoods? Only neighbours of one
    /// class count; a is the share of these pairs in one cluster and e the mean over them of Σ_c p(c | class)². At most 1; 0 where the
    /// clusters do not split the classes.
    /// </summary>
    /// <param name="graph">The mutual neighbours in the input.</param>
    /// <param name="clusters">The cluster of each row that the graph was built from, any integers.</param>
    /// <param name="classes">The coarse class of each row; a negative one is missing, and the row does not count.</param>
    /// <exception cref="ArgumentException">
    /// There is not one cluster and one class for each row, or no two mutual neighbours have the same class.
    /// </exception>
    public static double NeighborKappaWithin(NeighborGraph graph, ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        (double together, double expected) = Together(graph, clusters, classes);
        return expected == 1 ? 0 : (together - expected) / (1 - expected);
    }

    /// <summary>
    /// a - e of <see cref="NeighborKappa"/>: how many more neighbours in the input lie in one cluster than two rows at random. From -1 to
    /// below 1; 0 for one cluster. Where the kappa prefers few clusters, this has a maximum at some number of them, as the modularity of a
    /// graph (Newman 2004) has.
    /// </summary>
    /// <param name="graph">The mutual neighbours in the input.</param>
    /// <param name="clusters">The cluster of each row that the graph was built from, any integers.</param>
    /// <exception cref="ArgumentException">There is not one cluster for each row.</exception>
    public static double NeighborModularity(NeighborGraph graph, ReadOnlySpan<int> clusters)
    {
        (double together, double expected) = Together(graph, clusters, new int[clusters.Length]);
        return together - expected;
    }

    /// <summary>
    /// The share of mutual neighbours of one class in one cluster, and the share expected by chance, exactly 1 where each class lies in
    /// one.
    /// </summary>
    private static (double Together, double Expected) Together(NeighborGraph graph, ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (clusters.Length != graph.RowCount)
            throw new ArgumentException($"The graph has {graph.RowCount} rows; there are {clusters.Length} clusters.", nameof(clusters));
        if (classes.Length != graph.RowCount)
            throw new ArgumentException($"The graph has {graph.RowCount} rows; there are {classes.Length} classes.", nameof(classes));

        Dictionary<int, double> chance = ChanceByClass(graph.Rows, clusters, classes);
        long pairs = 0, together = 0;
        double expected = 0;
        foreach ((int first, int second) in graph.Pairs)
        {
            if (classes[first] < 0 || classes[first] != classes[second])
                continue;
            pairs++;
            together += clusters[first] == clusters[second] ? 1 : 0;
            expected += chance[classes[first]];
        }
        if (pairs == 0)
            throw new ArgumentException("No two mutual neighbours have the same class.", nameof(classes));
        return ((double)together / pairs, expected / pairs);
    }

    /// <summary>
    /// The mean adjusted mutual information of all pairs of clusterings of the same rows, for example of encoders trained with different
    /// seeds. At most 1; 0 on average for clusterings that have nothing in common. A clustering into one cluster, or into single rows,
    /// agrees with nothing: its pairs count 0.
    /// </summary>
    /// <param name="clusterings">At least two clusterings of the same rows, in the same order; any integers.</param>
    /// <param name="mean">The mean of the entropies in the denominator.</param>
    /// <exception cref="ArgumentException">There are fewer than two clusterings, or they differ in length, or are empty.</exception>
    public static double Stability(IReadOnlyList<int[]> clusterings, EntropyMean mean = EntropyMean.Arithmetic) =>
        PairAgreements(clusterings, mean).Average();

    /// <summary>
    /// The mean agreement of each clustering with the others, from the agreement of each pair; the mean of the results is that of the
    /// pairs.
    /// </summary>
    internal static double[] WithOthers(double[] pairs)
    {
        // n (n - 1) / 2 pairs.
        int count = (int)Math.Ceiling(Math.Sqrt(2 * pairs.Length));
        var sums = new double[count];
        int pair = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < i; j++, pair++)
            {
                sums[i] += pairs[pair];
                sums[j] += pairs[pair];
            }
        }
        return [.. sums.Select(sum => sum / (count - 1))];
    }

    /// <summary>The adjusted mutual information of each pair of clusterings: of 1 and 0, 2 and 0, 2 and 1, ...</summary>
    internal static double[] PairAgreements(IReadOnlyList<int[]> clusterings, EntropyMean mean = EntropyMean.Arithmetic)
    {
        ArgumentNullException.ThrowIfNull(clusterings);
        if (clusterings.Count < 2)
            throw new ArgumentException($"Stability needs at least two clusterings to compare, not {clusterings.Count}.", nameof(clusterings));
        var values = new List<double>();
        for (int i = 0; i < clusterings.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                ContingencyTable table = ContingencyTable.Create(clusterings[i], clusterings[j]);
                // Two equal trivial partitions have an AMI of 1, though nothing was found twice.
                values.Add(IsTrivial(table.ClassCount, table.RowCount) ? 0 : AdjustedMutualInformation(table, mean));
            }
        }
        return [.. values];
    }

    private static Dictionary<int, double> ChanceByClass(ReadOnlySpan<int> rows, ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        var counts = new Dictionary<(int Class, int Cluster), long>();
        var sizes = new Dictionary<int, long>();
        foreach (int row in rows)
        {
            counts[(classes[row], clusters[row])] = counts.GetValueOrDefault((classes[row], clusters[row])) + 1;
            sizes[classes[row]] = sizes.GetValueOrDefault(classes[row]) + 1;
        }
        return counts.GroupBy(cell => cell.Key.Class).ToDictionary(
            cells => cells.Key,
            cells => cells.Sum(cell => (double)cell.Value * cell.Value) / ((double)sizes[cells.Key] * sizes[cells.Key]));
    }
}
