using System.Numerics;
using Disentangle.ML.Tensors.Points;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// The mutual nearest neighbours of rows: pairs i, j where j is among the k nearest rows of i, and i among those of j, by exact Euclidean
/// distance. Scores such as <see cref="ClusteringMetrics.NeighborKappa"/> measure whether a clustering of an embedding keeps neighbours in
/// the <em>input</em> together; one graph serves any number of clusterings of the same rows.
/// </summary>
/// <example><code>
/// NeighborGraph graph = NeighborGraph.Create&lt;float&gt;([0, 1, 10, 11], rowCount: 4, new() { Neighbors = 1 });   // 0-1 and 2-3
/// double kappa = ClusteringMetrics.NeighborKappa(graph, [7, 7, 8, 8]);                                          // 1
/// </code></example>
public sealed class NeighborGraph
{
    private readonly int[] _rows;
    private readonly NeighborPair[] _pairs;

    private NeighborGraph(int rowCount, int neighbors, int[] rows, NeighborPair[] pairs) =>
        (RowCount, Neighbors, _rows, _pairs) = (rowCount, neighbors, rows, pairs);

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The number of nearest rows per row, k.</summary>
    public int Neighbors { get; }

    /// <summary>The rows in the graph, ascending: all rows, or a sample.</summary>
    public ReadOnlySpan<int> Rows => _rows;

    /// <summary>Whether the graph holds only a sample of the rows.</summary>
    public bool IsSample => _rows.Length < RowCount;

    /// <summary>The pairs of mutual neighbours, ascending; at least one pair.</summary>
    public ReadOnlySpan<NeighborPair> Pairs => _pairs;

    /// <summary>
    /// Finds the mutual neighbours. Ties go to the smaller row number. Time N² × coordinates in double precision, memory N × (coordinates
    /// + k).
    /// </summary>
    /// <typeparam name="T">The type of a coordinate, such as <see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="points">The coordinates of all rows, concatenated.</param>
    /// <param name="rowCount">The number of rows, N.</param>
    /// <param name="options">
    /// The options. Default null: the defaults of <see cref="NeighborGraphOptions"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Rows differ in their number of coordinates; a coordinate is not finite; an option is invalid; or there are too few rows for the
    /// neighbours.
    /// </exception>
    public static NeighborGraph Create<T>(ReadOnlySpan<T> points, int rowCount, NeighborGraphOptions? options = null)
        where T : struct, INumberBase<T>
    {
        options ??= new();
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        int used = Math.Min(rowCount, options.MaximumRows);
        if (used <= options.Neighbors)
        {
            throw new ArgumentException(
                $"{options.Neighbors} neighbours per row need at least {options.Neighbors + 1} rows; there are {used}.",
                nameof(rowCount));
        }
        // Sorted, so that ties go to the smaller row.
        int[]? sample = RowSample.Draw(rowCount, options.MaximumRows, options.Seed);
        if (sample is not null)
            Array.Sort(sample);
        ClusteredPoints set = ClusteredPoints.Create(points, new int[rowCount], sample).Centre();
        int[] nearest = new Search(set, options.Neighbors).Run(options.Threads);
        return new(rowCount, options.Neighbors, set.Rows, Mutual(nearest, options.Neighbors, set.Rows));
    }

    /// <summary>One line with the numbers of pairs, neighbours and rows.</summary>
    public override string ToString()
    {
        string rows = IsSample ? $"a sample of {_rows.Length} of {RowCount} rows" : $"{RowCount} rows";
        return $"{Pairs.Length} pairs of mutual neighbours among the {Neighbors} nearest of {rows}";
    }

    private static NeighborPair[] Mutual(int[] nearest, int k, int[] rows)
    {
        var pairs = new List<NeighborPair>();
        for (int i = 0; i < rows.Length; i++)
        {
            int[] later = [.. nearest.AsSpan(i * k, k)];
            Array.Sort(later);
            foreach (int j in later)
            {
                if (j > i && nearest.AsSpan(j * k, k).Contains(i))
                    pairs.Add(new(rows[i], rows[j]));
            }
        }
        return [.. pairs];
    }

    /// <summary>Finds the k nearest places of each place of centred points.</summary>
    private sealed class Search(ClusteredPoints points, int k)
    {
        private const int Group = 4 * DotProducts.Rows;

        private readonly SquaredDistances _squares = new(points);
        private readonly int[] _nearest = new int[points.Count * k];

        public int[] Run(int threads)
        {
            int groups = (points.Count + Group - 1) / Group;
            ParallelBlocks.Run(groups, threads, CancellationToken.None, () => new Buffers(points.Dimension, k),
                (group, buffers) => Find(group * Group, buffers));
            return _nearest;
        }

        private void Find(int first, Buffers buffers)
        {
            points.Pack(first, buffers.Points);
            Array.Fill(buffers.Least, double.PositiveInfinity);
            int count = Math.Min(Group, points.Count - first);
            for (int block = 0; block < points.BlockCount; block++)
            {
                DotProducts.Compute(buffers.Points, points.Block(block), buffers.Products);
                int start = block * PointBlocks.Size;
                for (int i = 0; i < count; i++)
                {
                    Span<double> row = buffers.Products.AsSpan(i * PointBlocks.Size, points.LengthOf(block));
                    _squares.Convert(first + i, block, row);
                    Keep(first + i, start, row, buffers.Least.AsSpan(i * k, k));
                }
            }
        }

        private void Keep(int place, int start, ReadOnlySpan<double> distances, Span<double> least)
        {
            Span<int> nearest = _nearest.AsSpan(place * k, k);
            for (int j = 0; j < distances.Length; j++)
            {
                double distance = distances[j];
                if (distance >= least[^1] || start + j == place)
                    continue;
                int slot = k - 1;
                for (; slot > 0 && least[slot - 1] > distance; slot--)
                    (least[slot], nearest[slot]) = (least[slot - 1], nearest[slot - 1]);
                (least[slot], nearest[slot]) = (distance, start + j);
            }
        }

        private sealed class Buffers(int dimension, int k)
        {
            public double[] Points { get; } = new double[Group * dimension];

            public double[] Products { get; } = new double[Group * PointBlocks.Size];

            public double[] Least { get; } = new double[Group * k];
        }
    }
}
