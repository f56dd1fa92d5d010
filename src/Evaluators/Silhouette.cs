using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Silhouettes without a distance matrix: the distances of a few points at a time to one block of points, summed by cluster.
/// |x - y|² = |x|² + |y|² - 2 x·y in double precision.
/// </summary>
internal static class Silhouette
{
    // The distances of this many points to one block stay in the first-level cache.
    private const int Group = 8;

    /// <param name="points">Centred points for the Euclidean distance, points of length 1 for the cosine.</param>
    /// <param name="distance">The distance.</param>
    /// <param name="threads">The number of threads.</param>
    public static SilhouetteScores Compute(PointSet points, SilhouetteDistance distance, int threads)
    {
        var norms = new double[points.Count];
        if (distance == SilhouetteDistance.Euclidean)
        {
            for (int block = 0; block < points.BlockCount; block++)
                points.SquaredNorms(block, norms.AsSpan(block * PointSet.BlockSize, points.Coordinate(block, 0).Length));
        }

        var values = new double[points.Count];
        int groups = (points.Count + Group - 1) / Group;
        Parallel.For(0, groups, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new Worker(points, distance, norms), (group, _, worker) =>
        {
            worker.Score(group * Group, values);
            return worker;
        }, _ => { });
        return ByRow(points, values);
    }

    private static SilhouetteScores ByRow(PointSet points, double[] values)
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

    private sealed class Worker(PointSet points, SilhouetteDistance distance, double[] norms)
    {
        private readonly double[] _distances = new double[Group * PointSet.BlockSize];
        private readonly double[] _sums = new double[Group * points.ClusterCount];

        /// <summary>Writes the silhouettes of the points from <paramref name="first"/> on, one group of them.</summary>
        public void Score(int first, double[] values)
        {
            int count = Math.Min(Group, points.Count - first);
            Array.Clear(_sums);
            for (int block = 0; block < points.BlockCount; block++)
            {
                DistancesTo(block, first, count);
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<double> row = Distances(i, points.Coordinate(block, 0).Length);
                    foreach ((int cluster, int start, int length) in points.Segments[block])
                        _sums[i * points.ClusterCount + cluster] += TensorPrimitives.Sum(row.Slice(start, length));
                }
            }
            for (int i = 0; i < count; i++)
                values[first + i] = FromSums(points.ClusterOf(first + i), _sums.AsSpan(i * points.ClusterCount, points.ClusterCount));
        }

        private Span<double> Distances(int i, int length) => _distances.AsSpan(i * PointSet.BlockSize, length);

        private void DistancesTo(int block, int first, int count)
        {
            bool euclidean = distance == SilhouetteDistance.Euclidean;
            int length = points.Coordinate(block, 0).Length, blockStart = block * PointSet.BlockSize;
            (int ownBlock, int ownPlace) = Math.DivRem(first, PointSet.BlockSize);
            for (int i = 0; i < count; i++)
            {
                if (euclidean)
                    TensorPrimitives.Add(norms.AsSpan(blockStart, length), norms[first + i], Distances(i, length));
                else
                    Distances(i, length).Fill(1);
            }
            double factor = euclidean ? -2 : -1;
            for (int f = 0; f < points.Dimension; f++)
            {
                ReadOnlySpan<double> coordinate = points.Coordinate(block, f), own = points.Coordinate(ownBlock, f);
                for (int i = 0; i < count; i++)
                    TensorPrimitives.MultiplyAdd(coordinate, factor * own[ownPlace + i], Distances(i, length), Distances(i, length));
            }
            for (int i = 0; i < count; i++)
            {
                // Rounding can leave a square slightly negative, and a point slightly away from itself.
                Span<double> row = Distances(i, length);
                TensorPrimitives.Max(row, 0, row);
                if (euclidean)
                    TensorPrimitives.Sqrt(row, row);
                if (block == ownBlock)
                    row[ownPlace + i] = 0;
            }
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
