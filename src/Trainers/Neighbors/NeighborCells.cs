using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Divides rows into cells of similar size around centres found by k-means on a sample of the rows.
/// </summary>
internal sealed class NeighborCells
{
    private const int SampledRowsPerCell = 64;
    private const int Iterations = 8;
    private const int RowsAtOnce = 128;
    // In units of the mean size. k-means leaves crowded cells, especially where many rows are equal.
    private const int GreatestSize = 4;

    private readonly VectorRows _rows;
    private readonly float[] _origin;
    private readonly int _depth;
    private int[][] _members = [];
    private float[] _centers = [];

    private NeighborCells(VectorRows rows) =>
        (_rows, _origin, _depth) = (rows, new float[rows.Width], DistanceProduct.Depth(rows.Width));

    /// <summary>The number of cells.</summary>
    public int Count => _members.Length;

    /// <summary>The rows in a cell.</summary>
    public ReadOnlySpan<int> this[int cell] => _members[cell];

    /// <summary>Divides a subset of rows into cells.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="some">The row numbers of the subset, ascending.</param>
    /// <param name="settings">The seed and the number of threads; the result does not depend on the threads.</param>
    /// <param name="progress">Receives the fraction of the work each step completes.</param>
    /// <param name="token">Cancels the work.</param>
    public static NeighborCells Divide(VectorRows rows, int[] some, NeighborGraphSettings settings, Action<double> progress,
        CancellationToken token)
    {
        var cells = new NeighborCells(rows);
        int count = Math.Min(some.Length, (int)(2 * Math.Sqrt(some.Length)));
        int[] sample = [.. some];
        new Random(settings.Seed).Shuffle(sample);
        Array.Resize(ref sample, (int)Math.Min(sample.Length, (long)count * SampledRowsPerCell));
        rows.Mean(sample, cells._origin);

        cells.SetCenters([.. sample.Take(count).Select(row => new[] { row })], settings.Threads, token);
        double work = (double)sample.Length * Iterations + some.Length;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            cells.SetCenters(cells.Grouped(sample, settings.Threads, token), settings.Threads, token);
            progress(sample.Length / work);
        }
        double greatest = (double)GreatestSize * some.Length / count;
        int[][] groups = cells.Grouped(some, settings.Threads, token);
        cells.SetCenters([.. groups.SelectMany(own => Split(rows, own, greatest))], settings.Threads, token);
        progress(some.Length / work);
        return cells;
    }

    /// <summary>Groups a subset of rows by the cell with the nearest centre.</summary>
    public int[][] Grouped(int[] some, int threads, CancellationToken token)
    {
        var nearest = new int[some.Length];
        ParallelBlocks.Run((some.Length + RowsAtOnce - 1) / RowsAtOnce, threads, token, () => new Measure(this), (block, measure) =>
        {
            int first = block * RowsAtOnce;
            ReadOnlySpan<int> own = some.AsSpan(first, Math.Min(RowsAtOnce, some.Length - first));
            measure.Run(own);
            for (int i = 0; i < own.Length; i++)
                nearest[first + i] = TensorPrimitives.IndexOfMin(measure.Of(i));
        });
        var groups = new List<int>[Count];
        for (int i = 0; i < some.Length; i++)
            (groups[nearest[i]] ??= []).Add(some[i]);
        return Array.ConvertAll(groups, group => group is null ? [] : group.ToArray());
    }

    /// <summary>Makes each group a cell with its mean as the centre; drops empty groups.</summary>
    private void SetCenters(int[][] groups, int threads, CancellationToken token)
    {
        _members = [.. groups.Where(group => group.Length > 0)];
        var centers = new float[_members.Length * _depth];
        ParallelBlocks.Run(_members.Length, threads, token, () => new float[_rows.Width], (cell, mean) =>
        {
            _rows.Mean(_members[cell], mean);
            DistanceProduct.Right(mean, _origin, centers.AsSpan(cell * _depth, _depth));
        });
        _centers = centers;
    }

    private static IEnumerable<int[]> Split(VectorRows rows, int[] group, double greatest)
    {
        if (group.Length <= greatest)
            return [group];
        int parts = (int)Math.Ceiling(group.Length / greatest * GreatestSize);
        return rows.AlongWidestFeature(group).Chunk((group.Length + parts - 1) / parts);
    }

    /// <summary>The squared distances of a few rows to all centres, minus a constant per row. Each thread needs its own.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="size">The maximum number of rows at a time.</param>
    public sealed class Measure(NeighborCells cells, int size = RowsAtOnce)
    {
        private readonly float[] _left = new float[size * cells._depth];
        private readonly float[] _distances = new float[size * cells.Count];

        public void Run(ReadOnlySpan<int> some)
        {
            int depth = cells._depth;
            for (int i = 0; i < some.Length; i++)
                DistanceProduct.Left(cells._rows[some[i]], cells._origin, _left.AsSpan(i * depth, depth));
            Span<float> distances = _distances.AsSpan(0, some.Length * cells.Count);
            DistanceProduct.Multiply(_left.AsSpan(0, some.Length * depth), cells._centers, depth, distances);
        }

        /// <summary>The distances of one of the rows to all centres.</summary>
        public ReadOnlySpan<float> Of(int i) => _distances.AsSpan(i * cells.Count, cells.Count);
    }
}
