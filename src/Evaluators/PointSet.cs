using System.Numerics;
using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Points in double precision, ordered by cluster, in blocks of <see cref="BlockSize"/> points. A block holds the first coordinate of all
/// its points, then the second, and so on, so that distances to a block are sums over whole vectors, and a cluster's part of a block is
/// contiguous.
/// </summary>
internal sealed class PointSet
{
    /// <summary>The number of points in a block: a multiple of <see cref="DotProducts.Rows"/> and of all vector widths.</summary>
    public const int BlockSize = 240;

    private readonly double[] _values;
    private readonly int[] _start;

    private PointSet(int[] rows, int[] clusterValues, int[] start, int dimension)
    {
        (Rows, ClusterValues, _start, Dimension) = (rows, clusterValues, start, dimension);
        long size = (long)BlockCount * BlockSize * dimension;
        if (size > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{Count} rows of {dimension} coordinates exceed the maximum of {Array.MaxLength} coordinates; score fewer rows.");
        }
        _values = new double[size];
        Segments = CutByBlock();
    }

    /// <summary>The part of a cluster within a block.</summary>
    public readonly record struct Segment(int Cluster, int Start, int Length);

    public int Dimension { get; }

    /// <summary>The caller's row of each point.</summary>
    public int[] Rows { get; }

    /// <summary>The caller's value of each cluster, ascending.</summary>
    public int[] ClusterValues { get; }

    /// <summary>The segments of each block.</summary>
    public Segment[][] Segments { get; }

    public int Count => Rows.Length;

    public int ClusterCount => ClusterValues.Length;

    public int BlockCount => (Count + BlockSize - 1) / BlockSize;

    /// <summary>Copies all points, or only those of <paramref name="rows"/>.</summary>
    public static PointSet Create<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters, int[]? rows = null)
        where T : struct, INumberBase<T>
    {
        if (clusters.IsEmpty)
            throw new ArgumentException("There are no rows; there must be at least one.", nameof(clusters));
        if (points.IsEmpty || points.Length % clusters.Length != 0)
        {
            throw new ArgumentException(
                $"There are {points.Length} coordinates for {clusters.Length} rows; every row must have the same number, at least one.",
                nameof(points));
        }
        int dimension = points.Length / clusters.Length;
        rows ??= [.. Enumerable.Range(0, clusters.Length)];
        var chosen = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            chosen[i] = clusters[rows[i]];

        LabelIndex index = LabelIndex.Of(chosen);
        var start = new int[index.Values.Length + 1];
        foreach (int cluster in index.Codes)
            start[cluster + 1]++;
        for (int c = 1; c < start.Length; c++)
            start[c] += start[c - 1];

        var set = new PointSet(new int[rows.Length], index.Values, start, dimension);
        int[] next = [.. start];
        var point = new double[dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            TensorPrimitives.ConvertChecked<T, double>(points.Slice(rows[i] * dimension, dimension), point);
            if (!TensorPrimitives.IsFiniteAll<double>(point))
                throw new ArgumentException($"Row {rows[i]} (from 0) has a coordinate that is NaN or infinite.", nameof(points));
            int place = next[index.Codes[i]]++;
            set.Rows[place] = rows[i];
            for (int f = 0; f < dimension; f++)
                set.Coordinate(place / BlockSize, f)[place % BlockSize] = point[f];
        }
        return set;
    }

    /// <summary>A coordinate of the points in a block.</summary>
    public Span<double> Coordinate(int block, int coordinate) =>
        _values.AsSpan((block * Dimension + coordinate) * BlockSize, LengthOf(block));

    /// <summary>All coordinates of a block, including the zeros that pad the last one.</summary>
    public ReadOnlySpan<double> Block(int block) => _values.AsSpan(block * Dimension * BlockSize, Dimension * BlockSize);

    public int LengthOf(int block) => Math.Min(BlockSize, Count - block * BlockSize);

    public int ClusterOf(int place)
    {
        int found = Array.BinarySearch(_start, place);
        return found >= 0 ? found : ~found - 1;
    }

    public int SizeOf(int cluster) => _start[cluster + 1] - _start[cluster];

    /// <summary>The concatenated means of the clusters.</summary>
    public double[] Centroids()
    {
        var centroids = new double[ClusterCount * Dimension];
        for (int block = 0; block < BlockCount; block++)
        {
            foreach (Segment segment in Segments[block])
            {
                for (int f = 0; f < Dimension; f++)
                {
                    Span<double> own = Coordinate(block, f).Slice(segment.Start, segment.Length);
                    centroids[segment.Cluster * Dimension + f] += TensorPrimitives.Sum<double>(own);
                }
            }
        }
        for (int c = 0; c < ClusterCount; c++)
        {
            Span<double> centroid = centroids.AsSpan(c * Dimension, Dimension);
            TensorPrimitives.Divide(centroid, SizeOf(c), centroid);
        }
        return centroids;
    }

    /// <summary>The sum over each cluster of |x - centroid|² or, with <paramref name="squared"/> false, of |x - centroid|.</summary>
    public double[] Scatter(ReadOnlySpan<double> centroids, bool squared)
    {
        var sums = new double[ClusterCount];
        Span<double> difference = stackalloc double[BlockSize], distance = stackalloc double[BlockSize];
        for (int block = 0; block < BlockCount; block++)
        {
            foreach ((int cluster, int start, int length) in Segments[block])
            {
                Span<double> d = difference[..length], sum = distance[..length];
                sum.Clear();
                for (int f = 0; f < Dimension; f++)
                {
                    TensorPrimitives.Subtract(Coordinate(block, f).Slice(start, length), centroids[cluster * Dimension + f], d);
                    TensorPrimitives.MultiplyAdd(d, d, sum, sum);
                }
                if (!squared)
                    TensorPrimitives.Sqrt(sum, sum);
                sums[cluster] += TensorPrimitives.Sum<double>(sum);
            }
        }
        return sums;
    }

    /// <summary>Coordinates are scaled by 2 to the power of minus this, so that squares neither overflow nor underflow.</summary>
    public int Exponent { get; private set; }

    /// <summary>
    /// Moves the mean of all points to 0, which avoids rounding errors in distances far from 0, and scales the largest coordinate to about
    /// 1. If all points are equal, they are exactly 0.
    /// </summary>
    public PointSet Centre()
    {
        // Scale before the subtraction, which could overflow, and again afterwards, because points far from 0 may be close together.
        ScaleByPowerOfTwo();
        MoveMeanToZero();
        ScaleByPowerOfTwo();
        return this;
    }

    private void ScaleByPowerOfTwo()
    {
        // Padding is 0 and does not affect the maximum.
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(_values));
        if (largest == 0)
            return;
        // Multiplication by a representable power of two is exact.
        int exponent = Math.Max(Math.ILogB(largest), -1000);
        TensorPrimitives.Multiply(_values, Math.ScaleB(1, -exponent), _values);
        Exponent += exponent;
    }

    private void MoveMeanToZero()
    {
        for (int f = 0; f < Dimension; f++)
        {
            double first = Coordinate(0, f)[0], mean = 0;
            for (int block = 0; block < BlockCount; block++)
            {
                Span<double> x = Coordinate(block, f);
                TensorPrimitives.Subtract(x, first, x);
                mean += TensorPrimitives.Sum<double>(x);
            }
            mean /= Count;
            for (int block = 0; block < BlockCount; block++)
                TensorPrimitives.Subtract(Coordinate(block, f), mean, Coordinate(block, f));
        }
    }

    /// <summary>Scales every point to length 1; points at 0 stay there.</summary>
    public PointSet Normalise()
    {
        Span<double> buffer = stackalloc double[BlockSize];
        for (int block = 0; block < BlockCount; block++)
        {
            Span<double> length = buffer[..LengthOf(block)];
            // Divide by the largest coordinate first, so that squares neither overflow nor underflow.
            length.Clear();
            for (int f = 0; f < Dimension; f++)
                TensorPrimitives.MaxMagnitude(length, Coordinate(block, f), length);
            TensorPrimitives.Abs(length, length);
            DivideBy(length);
            SquaredNorms(block, length);
            TensorPrimitives.Sqrt(length, length);
            DivideBy(length);

            void DivideBy(Span<double> lengths)
            {
                lengths.Replace(0, 1);
                for (int f = 0; f < Dimension; f++)
                    TensorPrimitives.Divide(Coordinate(block, f), lengths, Coordinate(block, f));
            }
        }
        return this;
    }

    /// <summary>|x - y|² of two points, computed from their coordinates.</summary>
    public double SquaredDistance(int place, int other)
    {
        ReadOnlySpan<double> x = Block(place / BlockSize)[(place % BlockSize)..], y = Block(other / BlockSize)[(other % BlockSize)..];
        double sum = 0;
        for (int at = 0; at < x.Length && at < y.Length; at += BlockSize)
            sum += (x[at] - y[at]) * (x[at] - y[at]);
        return sum;
    }

    public void SquaredNorms(int block, Span<double> norms)
    {
        norms.Clear();
        for (int f = 0; f < Dimension; f++)
            TensorPrimitives.MultiplyAdd(Coordinate(block, f), Coordinate(block, f), norms, norms);
    }

    /// <summary>Copies points of one block into the layout of <see cref="DotProducts"/>.</summary>
    /// <param name="first">The first point, a multiple of <see cref="DotProducts.Rows"/>.</param>
    /// <param name="target">Receives the points; its length sets their number, a multiple of <see cref="DotProducts.Rows"/>.</param>
    public void Pack(int first, Span<double> target)
    {
        ReadOnlySpan<double> block = Block(first / BlockSize)[(first % BlockSize)..];
        for (int i = 0; !target.IsEmpty; i += DotProducts.Rows)
        {
            for (int f = 0; f < Dimension; f++, target = target[DotProducts.Rows..])
                block.Slice(f * BlockSize + i, DotProducts.Rows).CopyTo(target);
        }
    }

    private Segment[][] CutByBlock()
    {
        var segments = new Segment[BlockCount][];
        int cluster = 0;
        for (int block = 0; block < segments.Length; block++)
        {
            var here = new List<Segment>();
            int from = block * BlockSize, end = Math.Min(from + BlockSize, Count);
            for (int place = from; place < end;)
            {
                while (_start[cluster + 1] <= place)
                    cluster++;
                int next = Math.Min(end, _start[cluster + 1]);
                here.Add(new(cluster, place - from, next - place));
                place = next;
            }
            segments[block] = [.. here];
        }
        return segments;
    }
}
