using System.Numerics;
using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Points in double precision, ordered by cluster. They lie in blocks of <see cref="BlockSize"/> points, and a block holds the first coordinate of all its
/// points, then the second, and so on: distances to a block are then sums over whole vectors, and a cluster's part of a block is contiguous.
/// </summary>
internal sealed class PointSet
{
    /// <summary>A multiple of <see cref="DotProducts.Rows"/> and of the widths of vectors.</summary>
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
                $"{Count} rows of {dimension} coordinates are too many: at most {Array.MaxLength} coordinates can be scored. Score a part of the rows.");
        }
        _values = new double[size];
        Segments = CutByBlock();
    }

    /// <summary>The part of a cluster that lies in one block.</summary>
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

    /// <summary>Takes all points, or those of <paramref name="rows"/> only, as they are.</summary>
    public static PointSet Create<T>(ReadOnlySpan<T> points, ReadOnlySpan<int> clusters, int[]? rows = null)
        where T : struct, INumberBase<T>
    {
        if (clusters.IsEmpty)
            throw new ArgumentException("There are no rows; scores need at least one.", nameof(clusters));
        if (points.IsEmpty || points.Length % clusters.Length != 0)
        {
            throw new ArgumentException(
                $"There are {points.Length} coordinates for {clusters.Length} rows; every row needs the same number of them, at least one.", nameof(points));
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
                throw new ArgumentException($"Row {rows[i]} (counted from 0) has a coordinate that is NaN or infinite.", nameof(points));
            int place = next[index.Codes[i]]++;
            set.Rows[place] = rows[i];
            for (int f = 0; f < dimension; f++)
                set.Coordinate(place / BlockSize, f)[place % BlockSize] = point[f];
        }
        return set;
    }

    /// <summary>One coordinate of the points of a block.</summary>
    public Span<double> Coordinate(int block, int coordinate) =>
        _values.AsSpan((block * Dimension + coordinate) * BlockSize, LengthOf(block));

    /// <summary>All coordinates of a block, also of the points at 0 that fill the last one.</summary>
    public ReadOnlySpan<double> Block(int block) => _values.AsSpan(block * Dimension * BlockSize, Dimension * BlockSize);

    public int LengthOf(int block) => Math.Min(BlockSize, Count - block * BlockSize);

    public int ClusterOf(int place)
    {
        int found = Array.BinarySearch(_start, place);
        return found >= 0 ? found : ~found - 1;
    }

    public int SizeOf(int cluster) => _start[cluster + 1] - _start[cluster];

    /// <summary>The mean of each cluster, one after the other.</summary>
    public double[] Centroids()
    {
        var centroids = new double[ClusterCount * Dimension];
        for (int block = 0; block < BlockCount; block++)
        {
            foreach (Segment segment in Segments[block])
            {
                for (int f = 0; f < Dimension; f++)
                    centroids[segment.Cluster * Dimension + f] += TensorPrimitives.Sum<double>(Coordinate(block, f).Slice(segment.Start, segment.Length));
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

    /// <summary>Coordinates are the caller's divided by two to this power, so that squares neither overflow nor vanish.</summary>
    public int Exponent { get; private set; }

    /// <summary>
    /// Moves the mean of all points to 0, which takes the rounding errors out of distances between points far from 0, and brings the
    /// largest coordinate near 1. Equal points come to lie at 0 exactly.
    /// </summary>
    public PointSet Centre()
    {
        // Before the subtraction, which could overflow, and again afterwards: the points may lie close together far from 0.
        ScaleByPowerOfTwo();
        MoveMeanToZero();
        ScaleByPowerOfTwo();
        return this;
    }

    private void ScaleByPowerOfTwo()
    {
        // The blocks are padded with zeros.
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude<double>(_values));
        if (largest == 0)
            return;
        // The power of two is a number itself, and so is every product: no digit is lost.
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

    /// <summary>Scales every point to length 1; a point at 0 stays there.</summary>
    public PointSet Normalise()
    {
        Span<double> buffer = stackalloc double[BlockSize];
        for (int block = 0; block < BlockCount; block++)
        {
            Span<double> length = buffer[..LengthOf(block)];
            // By the largest coordinate first, so that squares neither overflow nor vanish.
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

    /// <summary>|x - y|² of two points, from their coordinates.</summary>
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

    /// <summary>Copies points that lie in one block as <see cref="DotProducts"/> takes them.</summary>
    /// <param name="first">The first of them, a multiple of <see cref="DotProducts.Rows"/>.</param>
    /// <param name="target">Room for as many as are wanted, a multiple of <see cref="DotProducts.Rows"/>.</param>
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
