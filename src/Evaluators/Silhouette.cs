using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Points;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Computes silhouettes without a distance matrix: the distances of a few points at a time to one block of points are summed by cluster.
/// </summary>
internal static class Silhouette
{
    // The number of points that share a part of a block while it is in the first-level cache; a divisor of the block size.
    private const int Group = 4 * DotProducts.Rows;

    /// <param name="points">Centred points for the Euclidean distance, points of length 1 for the cosine.</param>
    /// <param name="distance">The distance.</param>
    /// <param name="threads">The maximum number of threads; 0 for the number of cores.</param>
    public static SilhouetteScores Compute(ClusteredPoints points, SilhouetteDistance distance, int threads)
    {
        SquaredDistances? squares = distance == SilhouetteDistance.Euclidean ? new(points) : null;
        var values = new double[points.Count];
        int groups = (points.Count + Group - 1) / Group;
        ParallelBlocks.Run(groups, threads, CancellationToken.None, () => new Worker(points, squares),
            (group, worker) => worker.Score(group * Group, values));
        return ByRow(points, values);
    }

    private static SilhouetteScores ByRow(ClusteredPoints points, double[] values)
    {
        var clusters = new Dictionary<int, double>();
        int place = 0;
        for (int c = 0; c < points.ClusterCount; c++)
        {
            clusters.Add(points.ClusterValues[c], TensorPrimitives.Average<double>(values.AsSpan(place, points.SizeOf(c))));
            place += points.SizeOf(c);
        }
        int[] rows = [.. points.Rows];
        Array.Sort(rows, values);
        return new(rows, values, clusters);
    }

    /// <param name="points">The points.</param>
    /// <param name="squares">The Euclidean distance; null for the cosine.</param>
    private sealed class Worker(ClusteredPoints points, SquaredDistances? squares)
    {
        private readonly double[] _group = new double[Group * points.Dimension];
        private readonly double[] _distances = new double[Group * PointBlocks.Size];
        private readonly double[] _sums = new double[Group * points.ClusterCount];

        /// <summary>Writes the silhouettes of the group of points that starts at <paramref name="first"/>.</summary>
        public void Score(int first, double[] values)
        {
            points.Pack(first, _group);
            Array.Clear(_sums);
            int count = Math.Min(Group, points.Count - first);
            for (int block = 0; block < points.BlockCount; block++)
            {
                DotProducts.Compute(_group, points.Block(block), _distances);
                for (int i = 0; i < count; i++)
                    AddDistances(first + i, block, _distances.AsSpan(i * PointBlocks.Size, points.LengthOf(block)), SumsOf(i));
            }
            for (int i = 0; i < count; i++)
                values[first + i] = FromSums(points.ClusterOf(first + i), SumsOf(i));
        }

        private Span<double> SumsOf(int i) => _sums.AsSpan(i * points.ClusterCount, points.ClusterCount);

        /// <summary>Converts the dot products of a point with a block to distances and adds them to the sums of their clusters.</summary>
        private void AddDistances(int point, int block, Span<double> row, Span<double> sums)
        {
            if (squares is not null)
            {
                squares.Convert(point, block, row);
                TensorPrimitives.Sqrt(row, row);
            }
            else
            {
                TensorPrimitives.Subtract(1, row, row);
                // 1 - cos is half the squared distance of points of length 1.
                if (TensorPrimitives.Min<double>(row) < 2 * SquaredDistances.Cancelled)
                {
                    for (int i = 0; i < row.Length; i++)
                    {
                        if (row[i] < 2 * SquaredDistances.Cancelled)
                            row[i] = points.SquaredDistance(point, block * PointBlocks.Size + i) / 2;
                    }
                }
            }
            if (block == point / PointBlocks.Size)
                row[point % PointBlocks.Size] = 0;
            foreach ((int cluster, int start, int length) in points.Segments[block])
                sums[cluster] += TensorPrimitives.Sum<double>(row.Slice(start, length));
        }

        private double FromSums(int own, ReadOnlySpan<double> sums)
        {
            if (points.SizeOf(own) == 1)
                return 0;
            double a = sums[own] / (points.SizeOf(own) - 1), b = double.PositiveInfinity;
            for (int c = 0; c < sums.Length; c++)
            {
                if (c != own)
                    b = Math.Min(b, sums[c] / points.SizeOf(c));
            }
            double larger = Math.Max(a, b);
            return larger == 0 ? 0 : (b - a) / larger;
        }
    }
}
