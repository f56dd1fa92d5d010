using System.Numerics;
using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Points;

namespace Disentangle.ML.Evaluators;

/// <summary>Points ordered by cluster, so that a cluster's part of a block is contiguous.</summary>
internal sealed class ClusteredPoints : PointBlocks
{
    private readonly int[] _start;

    private ClusteredPoints(int[] rows, int[] clusterValues, int[] start, int dimension)
        : base(dimension)
    {
        (Rows, ClusterValues, _start) = (rows, clusterValues, start);
        Segments = CutByBlock();
    }

    /// <summary>The part of a cluster within a block.</summary>
    public readonly record struct Segment(int Cluster, int Start, int Length);

    /// <summary>The caller's row of each point.</summary>
    public int[] Rows { get; }

    /// <summary>The caller's value of each cluster, ascending.</summary>
    public int[] ClusterValues { get; }

    /// <summary>The segments of each block.</summary>
    public Segment[][] Segments { get; }

    public int ClusterCount => ClusterValues.Length;

    /// <summary>Copies all points, or only those of <paramref name="rows"/>.</summary>
    public static ClusteredPoints Create<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters, int[]? rows = null)
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

        var order = new int[rows.Length];
        int[] next = [.. start];
        for (int i = 0; i < rows.Length; i++)
            order[next[index.Codes[i]]++] = rows[i];
        var set = new ClusteredPoints(order, index.Values, start, dimension);
        foreach (int row in order)
        {
            ReadOnlySpan<T> point = points.Slice(row * dimension, dimension);
            foreach (T value in point)
            {
                if (!T.IsFinite(value))
                    throw new ArgumentException($"Row {row} (from 0) has a coordinate that is NaN or infinite.", nameof(points));
            }
            set.Add(point);
        }
        return set;
    }

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
        Span<double> difference = stackalloc double[Size], distance = stackalloc double[Size];
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
    public ClusteredPoints Centre()
    {
        // Scale before the subtraction, which could overflow, and again afterwards, because points far from 0 may be close together.
        ScaleByPowerOfTwo();
        MoveMeanToZero();
        ScaleByPowerOfTwo();
        return this;
    }

    private void ScaleByPowerOfTwo()
    {
        double largest = 0;
        for (int block = 0; block < BlockCount; block++)
            largest = Math.Max(largest, Math.Abs(TensorPrimitives.MaxMagnitude(Block(block))));
        if (largest == 0)
            return;
        // Multiplication by a representable power of two is exact.
        int exponent = Math.Max(Math.ILogB(largest), -1000);
        double scale = Math.ScaleB(1, -exponent);
        for (int block = 0; block < BlockCount; block++)
        {
            for (int f = 0; f < Dimension; f++)
                TensorPrimitives.Multiply(Coordinate(block, f), scale, Coordinate(block, f));
        }
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
    public ClusteredPoints Normalise()
    {
        Span<double> buffer = stackalloc double[Size];
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
        ReadOnlySpan<double> x = Block(place / Size)[(place % Size)..], y = Block(other / Size)[(other % Size)..];
        double sum = 0;
        for (int at = 0; at < x.Length && at < y.Length; at += Size)
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
        ReadOnlySpan<double> block = Block(first / Size)[(first % Size)..];
        for (int i = 0; !target.IsEmpty; i += DotProducts.Rows)
        {
            for (int f = 0; f < Dimension; f++, target = target[DotProducts.Rows..])
                block.Slice(f * Size + i, DotProducts.Rows).CopyTo(target);
        }
    }

    private Segment[][] CutByBlock()
    {
        var segments = new Segment[(Rows.Length + Size - 1) / Size][];
        int cluster = 0;
        for (int block = 0; block < segments.Length; block++)
        {
            var here = new List<Segment>();
            int from = block * Size, end = Math.Min(from + Size, Rows.Length);
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
