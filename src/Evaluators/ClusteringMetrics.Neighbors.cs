namespace Disentangle.ML.Evaluators;

public static partial class ClusteringMetrics
{
    /// <summary>
    /// Whether neighbours in the input share a cluster, corrected for chance: (a - e) / (1 - e), where a is the fraction of mutual
    /// neighbours that share a cluster, e = Σ p_c² the fraction expected for two random rows, and p_c the fraction of rows in cluster c.
    /// At most 1; 0 on average for clusters unrelated to the input, and for a single cluster.
    /// </summary>
    /// <param name="graph">The mutual neighbours in the input.</param>
    /// <param name="clusters">The cluster of each row of the graph, any integers.</param>
    /// <exception cref="ArgumentException">The number of clusters differs from the number of rows.</exception>
    public static double NeighborKappa(NeighborGraph graph, ReadOnlySpan<int> clusters) =>
        NeighborKappaWithin(graph, clusters, new int[clusters.Length]);

    /// <summary>
    /// <see cref="NeighborKappa"/> within coarse classes: do clusters split a class along its neighbourhoods? Only neighbours of the same
    /// class count; a is the fraction of these pairs that share a cluster, and e the mean of Σ_c p(c | class)² over them. At most 1; 0 if
    /// the clusters do not split the classes.
    /// </summary>
    /// <param name="graph">The mutual neighbours in the input.</param>
    /// <param name="clusters">The cluster of each row of the graph, any integers.</param>
    /// <param name="classes">The coarse class of each row; rows with a negative class do not count.</param>
    /// <exception cref="ArgumentException">
    /// The number of clusters or classes differs from the number of rows, or no two mutual neighbours have the same class.
    /// </exception>
    public static double NeighborKappaWithin(NeighborGraph graph, ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        (double together, double expected) = Together(graph, clusters, classes);
        return expected == 1 ? 0 : (together - expected) / (1 - expected);
    }

    /// <summary>
    /// a - e of <see cref="NeighborKappa"/>: how much more often neighbours in the input share a cluster than random rows. At least -1,
    /// less than 1; 0 for a single cluster. Whereas kappa favours few clusters, this has a maximum at some number of clusters, like the
    /// modularity of a graph (Newman 2004).
    /// </summary>
    /// <param name="graph">The mutual neighbours in the input.</param>
    /// <param name="clusters">The cluster of each row of the graph, any integers.</param>
    /// <exception cref="ArgumentException">The number of clusters differs from the number of rows.</exception>
    public static double NeighborModularity(NeighborGraph graph, ReadOnlySpan<int> clusters)
    {
        (double together, double expected) = Together(graph, clusters, new int[clusters.Length]);
        return together - expected;
    }

    /// <summary>
    /// The fraction of mutual neighbours of the same class that share a cluster, and the fraction expected by chance: exactly 1 if each
    /// class lies in one cluster.
    /// </summary>
    private static (double Together, double Expected) Together(NeighborGraph graph, ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (clusters.Length != graph.RowCount)
            throw new ArgumentException($"The graph has {graph.RowCount} rows, but there are {clusters.Length} clusters.",
                nameof(clusters));
        if (classes.Length != graph.RowCount)
            throw new ArgumentException($"The graph has {graph.RowCount} rows, but there are {classes.Length} classes.", nameof(classes));

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
    /// The mean adjusted mutual information over all pairs of clusterings of the same rows, for example by encoders trained with different
    /// seeds. At most 1; 0 on average for unrelated clusterings. Pairs with a clustering into one cluster, or into single rows, count as
    /// 0.
    /// </summary>
    /// <param name="clusterings">At least two clusterings of the same rows, in the same order; any integers.</param>
    /// <param name="mean">The mean of the entropies in the denominator.</param>
    /// <exception cref="ArgumentException">There are fewer than two clusterings, or they are empty or differ in length.</exception>
    public static double Stability(IReadOnlyList<int[]> clusterings, EntropyMean mean = EntropyMean.Arithmetic) =>
        PairAgreements(clusterings, mean).Average();

    /// <summary>
    /// The mean agreement of each clustering with the others, from the agreements of all pairs. The mean of the results is the mean of the
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

    /// <summary>The adjusted mutual information of each pair of clusterings: 1 and 0, 2 and 0, 2 and 1, ...</summary>
    internal static double[] PairAgreements(IReadOnlyList<int[]> clusterings, EntropyMean mean = EntropyMean.Arithmetic)
    {
        ArgumentNullException.ThrowIfNull(clusterings);
        if (clusterings.Count < 2)
            throw new ArgumentException($"Stability needs at least two clusterings, not {clusterings.Count}.", nameof(clusterings));
        var values = new List<double>();
        for (int i = 0; i < clusterings.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                ContingencyTable table = ContingencyTable.Create(clusterings[i], clusterings[j]);
                // Two equal trivial partitions have an AMI of 1, but this is no evidence of stability.
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
