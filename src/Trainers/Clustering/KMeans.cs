using System.Numerics;
using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Points;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Lloyd's k-means with greedy k-means++ seeding (Arthur and Vassilvitskii 2007): each further center is the best of several rows drawn
/// with probability ∝ w D², where D is the distance to the nearest center so far.
/// </summary>
internal sealed class KMeans
{
    private const int MaximumIterations = 100;

    /// <summary>
    /// A run ends when the squared moves of the centers are less than this fraction of the features' mean variance, as in scikit-learn.
    /// </summary>
    private const double Tolerance = 1e-4;

    private readonly WeightedPoints _rows;
    private readonly int _count;
    private readonly int _threads;
    private readonly CancellationToken _token;
    private readonly double[] _centers;
    private readonly double[] _distances;
    private readonly double[] _nearest;

    private KMeans(WeightedPoints rows, int count, int threads, CancellationToken token)
    {
        (_rows, _count, _threads, _token) = (rows, count, threads, token);
        _centers = new double[count * rows.Dimension];
        _distances = new double[rows.BlockCount * PointBlocks.Size];
        _nearest = new double[_distances.Length];
    }

    /// <summary>The cluster of every row.</summary>
    /// <exception cref="InvalidDataException">There are fewer distinct rows than clusters.</exception>
    public static int[] Fit(WeightedPoints rows, int count, Random random, int threads, CancellationToken token)
    {
        var kMeans = new KMeans(rows, count, threads, token);
        kMeans.Seed(random);
        kMeans.Iterate();
        return kMeans.Clusters();
    }

    /// <summary>The nearest center to every row.</summary>
    public static int[] Nearest(WeightedPoints rows, ReadOnlySpan<double> centers, int threads, CancellationToken token)
    {
        var kMeans = new KMeans(rows, centers.Length / rows.Dimension, threads, token);
        centers.CopyTo(kMeans._centers);
        kMeans.Assign();
        return kMeans.Clusters();
    }

    private Span<double> Center(int cluster) => _centers.AsSpan(cluster * _rows.Dimension, _rows.Dimension);

    private int[] Clusters() => [.. _nearest.AsSpan(0, _rows.Count).ToArray().Select(cluster => (int)cluster)];

    private void ForEachBlock(Action<int, double[]> body, int scratch = PointBlocks.Size) =>
        ParallelBlocks.Run(_rows.BlockCount, _threads, _token, scratch, body);

    private Span<double> OfBlock(double[] values, int block) => values.AsSpan(block * PointBlocks.Size, _rows.PaddedLengthOf(block));

    /// <summary>Chooses the initial centers.</summary>
    private void Seed(Random random)
    {
        int trials = 2 + (int)Math.Log(_count);
        double[][] candidates = [.. Enumerable.Range(0, trials).Select(_ => new double[_distances.Length])];
        var drawn = new int[trials];
        // The first center is drawn by weight.
        _distances.AsSpan().Fill(1);
        for (int cluster = 0; cluster < _count; cluster++)
        {
            double[] potentials = PotentialsOf(_distances);
            if (!(potentials.Sum() > 0))
            {
                throw new InvalidDataException(
                    $"There are {cluster} distinct rows with a weight greater than 0; "
                    + $"a mixture of {_count} components needs at least as many.");
            }
            int attempts = cluster == 0 ? 1 : trials;
            for (int trial = 0; trial < attempts; trial++)
                drawn[trial] = Draw(potentials, random.NextDouble());
            bool first = cluster == 0;
            ForEachBlock((block, _) =>
            {
                Span<double> center = new double[_rows.Dimension];
                for (int trial = 0; trial < attempts; trial++)
                {
                    Span<double> distances = OfBlock(candidates[trial], block);
                    _rows.CopyPoint(drawn[trial], center);
                    GaussianKernels.ScaledDistances(_rows.Block(block), center, [], distances);
                    if (!first)
                        TensorPrimitives.Min(distances, OfBlock(_distances, block), distances);
                }
            });
            int best = Enumerable.Range(0, attempts).MinBy(trial => PotentialsOf(candidates[trial]).Sum());
            _rows.CopyPoint(drawn[best], Center(cluster));
            candidates[best].CopyTo(_distances, 0);
        }
    }

    /// <summary>Σ w D² of each block.</summary>
    private double[] PotentialsOf(double[] distances) =>
    [
        .. Enumerable.Range(0, _rows.BlockCount)
            .Select(block => TensorPrimitives.Dot(_rows.Weights(block)[.._rows.PaddedLengthOf(block)], OfBlock(distances, block))),
    ];

    /// <summary>Draws a row with probability ∝ w D².</summary>
    private int Draw(double[] potentials, double uniform)
    {
        double rest = uniform * potentials.Sum();
        for (int block = 0; block < potentials.Length; block++)
        {
            if (rest >= potentials[block])
            {
                rest -= potentials[block];
                continue;
            }
            for (int row = block * PointBlocks.Size; row < block * PointBlocks.Size + _rows.LengthOf(block); row++)
            {
                double share = Share(row);
                rest -= share;
                if (rest < 0 && share > 0)
                    return row;
            }
        }
        // Rounding may leave a remainder.
        return Farthest();
    }

    private double Share(int row) => _rows.WeightOf(row) * _distances[row];

    private int Farthest() => Enumerable.Range(0, _rows.Count).MaxBy(Share);

    private void Iterate()
    {
        double tolerance = Tolerance * _rows.Variances().Average();
        double[] before = [];
        Assign();
        for (int iteration = 0; iteration < MaximumIterations && !_nearest.AsSpan().SequenceEqual(before); iteration++)
        {
            before = [.. _nearest];
            double moved = Move();
            Assign();
            if (moved <= tolerance)
                break;
        }
    }

    /// <summary>Finds the nearest center of every row.</summary>
    private void Assign() => ForEachBlock((block, scratch) =>
    {
        Span<double> least = OfBlock(_distances, block), nearest = OfBlock(_nearest, block), distances = scratch.AsSpan(0, least.Length);
        GaussianKernels.ScaledDistances(_rows.Block(block), Center(0), [], least);
        nearest.Clear();
        for (int cluster = 1; cluster < _count; cluster++)
        {
            GaussianKernels.ScaledDistances(_rows.Block(block), Center(cluster), [], distances);
            for (int i = 0; i < distances.Length; i += Vector<double>.Count)
            {
                var old = new Vector<double>(least[i..]);
                var now = new Vector<double>(distances[i..]);
                Vector<long> less = Vector.LessThan(now, old);
                Vector.ConditionalSelect(less, now, old).CopyTo(least[i..]);
                Vector.ConditionalSelect(less, new Vector<double>(cluster), new Vector<double>(nearest[i..])).CopyTo(nearest[i..]);
            }
        }
    });

    /// <summary>
    /// Moves every center to the mean of its rows, or a center without rows to the row farthest from its center; returns the sum of
    /// squared moves.
    /// </summary>
    private double Move()
    {
        int slices = Math.Min(_rows.BlockCount, 16), dimension = _rows.Dimension;
        var sums = new double[slices][];
        ParallelBlocks.Run(slices, _threads, _token, 0, (slice, _) =>
        {
            // Sums of features, then sums of weights.
            double[] own = sums[slice] = new double[_count * (dimension + 1)];
            for (int block = slice; block < _rows.BlockCount; block += slices)
                AddRows(block, own);
        });
        for (int slice = 1; slice < slices; slice++)
            TensorPrimitives.Add(sums[0], sums[slice], sums[0]);

        double moved = 0;
        for (int cluster = 0; cluster < _count; cluster++)
        {
            double weight = sums[0][_count * dimension + cluster];
            Span<double> mean = sums[0].AsSpan(cluster * dimension, dimension), center = Center(cluster);
            if (weight > 0)
            {
                TensorPrimitives.Divide(mean, weight, mean);
            }
            else
            {
                int farthest = Farthest();
                _rows.CopyPoint(farthest, mean);
                _distances[farthest] = 0;
            }
            double distance = TensorPrimitives.Distance<double>(mean, center);
            moved += distance * distance;
            mean.CopyTo(center);
        }
        return moved;
    }

    private void AddRows(int block, double[] sums)
    {
        int dimension = _rows.Dimension;
        ReadOnlySpan<double> values = _rows.Block(block), weights = _rows.Weights(block);
        ReadOnlySpan<double> nearest = _nearest.AsSpan(block * PointBlocks.Size, _rows.LengthOf(block));
        for (int f = 0; f < dimension; f++)
        {
            ReadOnlySpan<double> x = values.Slice(f * PointBlocks.Size, nearest.Length);
            for (int i = 0; i < x.Length; i++)
                sums[(int)nearest[i] * dimension + f] += weights[i] * x[i];
        }
        for (int i = 0; i < nearest.Length; i++)
            sums[_count * dimension + (int)nearest[i]] += weights[i];
    }
}
