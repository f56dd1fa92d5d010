using System.Numerics.Tensors;

namespace Microsoft.ML.Trainers;

/// <summary>Choice of first centroids, and Lloyd's iterations. Results depend on the seed only, not on the number of threads.</summary>
/// <remarks>As in ML.NET, weights have a part in the choice of the first centroids and in nothing else.</remarks>
internal static class KMeansAlgorithm
{
    private const int CandidateRounds = 5;
    private const int BlockRows = 512;

    /// <summary>The first centroids, one after another.</summary>
    public static float[] Initialize(KMeansData data, KMeansTrainer.Options options, Random random)
    {
        int clusters = options.NumberOfClusters;
        Checks.State(data.Count > 0, "No valid training instances found, all instances have missing features.");
        int[] rows = options.InitializationAlgorithm switch
        {
            KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus => PlusPlus(data, data.Weights, Enumerable.Range(0, data.Count).ToArray(), clusters, random),
            KMeansTrainer.InitializationAlgorithm.Random => RandomRows(data, clusters, random),
            _ => Parallel(data, clusters, random),
        };
        return rows.SelectMany(row => data.Row(row).ToArray()).ToArray();
    }

    /// <summary>Moves each centroid to the mean of the rows nearest to it, until the mean squared distance changes by less than the tolerance.</summary>
    public static void Improve(KMeansData data, float[] centroids, KMeansTrainer.Options options)
    {
        var assignment = new int[data.Count];
        var distances = new float[data.Count];
        double previous = double.PositiveInfinity;
        for (int iteration = 0; iteration < options.MaximumNumberOfIterations; iteration++)
        {
            Assign(data, centroids, assignment, distances);
            double mean = distances.Average(distance => (double)distance);
            if (previous - mean < options.OptimizationTolerance)
                return;
            previous = mean;
            MoveToMeans(data, assignment, centroids);
        }
    }

    private static void Assign(KMeansData data, float[] centroids, int[] assignment, float[] distances)
    {
        int dimension = data.Dimension, clusters = centroids.Length / dimension;
        System.Threading.Tasks.Parallel.For(0, (data.Count + BlockRows - 1) / BlockRows, block =>
        {
            for (int row = block * BlockRows; row < Math.Min(data.Count, (block + 1) * BlockRows); row++)
            {
                ReadOnlySpan<float> values = data.Row(row);
                float best = float.PositiveInfinity;
                for (int cluster = 0; cluster < clusters; cluster++)
                {
                    float distance = SquaredDistance(values, centroids.AsSpan(cluster * dimension, dimension));
                    if (distance < best)
                        (best, assignment[row]) = (distance, cluster);
                }
                distances[row] = best;
            }
        });
    }

    // A cluster that has lost all its rows stays where it is.
    private static void MoveToMeans(KMeansData data, int[] assignment, float[] centroids)
    {
        int dimension = data.Dimension;
        var sums = new double[centroids.Length];
        var sizes = new int[centroids.Length / dimension];
        for (int row = 0; row < data.Count; row++)
        {
            sizes[assignment[row]]++;
            Span<double> sum = sums.AsSpan(assignment[row] * dimension, dimension);
            ReadOnlySpan<float> values = data.Row(row);
            for (int i = 0; i < dimension; i++)
                sum[i] += values[i];
        }
        for (int i = 0; i < centroids.Length; i++)
        {
            if (sizes[i / dimension] > 0)
                centroids[i] = (float)(sums[i] / sizes[i / dimension]);
        }
    }

    /// <summary>k-means++: rows, each drawn with a probability proportional to its weight times its squared distance from those drawn before.</summary>
    private static int[] PlusPlus(KMeansData data, float[] weights, int[] candidates, int clusters, Random random)
    {
        var chosen = new List<int>();
        float[] distances = Enumerable.Repeat(1f, candidates.Length).ToArray();
        while (chosen.Count < clusters)
        {
            int next = Draw(distances, weights, random);
            Checks.State(next >= 0, $"Not enough distinct instances to populate {clusters} clusters (only found {chosen.Count} distinct instances)");
            bool first = chosen.Count == 0;
            chosen.Add(candidates[next]);
            for (int i = 0; i < candidates.Length; i++)
            {
                float distance = SquaredDistance(data.Row(candidates[i]), data.Row(candidates[next]));
                distances[i] = first ? distance : Math.Min(distances[i], distance);
            }
        }
        return [.. chosen];
    }

    private static int[] RandomRows(KMeansData data, int clusters, Random random)
    {
        Checks.State(data.Count >= clusters, "Failed to initialize clusters: too few examples");
        int[] rows = Enumerable.Range(0, data.Count).ToArray();
        random.Shuffle(rows);
        return rows[..clusters];
    }

    /// <summary>
    /// k-means||: a few rounds that each draw about 2k rows far from those drawn before; k-means++ then chooses among these, weighted by the rows
    /// nearest to them.
    /// </summary>
    private static int[] Parallel(KMeansData data, int clusters, Random random)
    {
        Checks.State(data.Count >= clusters, "Failed to initialize clusters: too few examples");
        var candidates = new List<int> { random.Next(data.Count) };
        var nearest = new int[data.Count];
        float[] distances = Enumerable.Repeat(float.PositiveInfinity, data.Count).ToArray();
        int measured = 0;
        for (int round = 0; round < CandidateRounds; round++)
        {
            Measure();
            double cost = WeightedSum(distances, data.Weights);
            for (int row = 0; row < data.Count && cost > 0; row++)
            {
                if (random.NextDouble() * cost < 2.0 * clusters * distances[row] * data.Weights[row])
                    candidates.Add(row);
            }
        }
        Measure();
        var weights = new float[candidates.Count];
        for (int row = 0; row < data.Count; row++)
            weights[nearest[row]] += data.Weights[row];
        // Too few candidates can only be drawn where there are hardly more rows than clusters, or many equal ones.
        return candidates.Count < clusters
            ? PlusPlus(data, data.Weights, Enumerable.Range(0, data.Count).ToArray(), clusters, random)
            : PlusPlus(data, weights, [.. candidates], clusters, random);

        void Measure()
        {
            int from = measured, to = measured = candidates.Count;
            System.Threading.Tasks.Parallel.For(0, data.Count, row =>
            {
                for (int i = from; i < to; i++)
                {
                    float distance = SquaredDistance(data.Row(row), data.Row(candidates[i]));
                    if (distance < distances[row])
                        (distances[row], nearest[row]) = (distance, i);
                }
            });
        }
    }

    private static int Draw(float[] distances, float[] weights, Random random)
    {
        double target = random.NextDouble() * WeightedSum(distances, weights);
        int last = -1;
        for (int i = 0; i < distances.Length; i++)
        {
            double share = (double)distances[i] * weights[i];
            if (share <= 0)
                continue;
            last = i;
            target -= share;
            if (target < 0)
                break;
        }
        return last;
    }

    private static float SquaredDistance(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        float distance = TensorPrimitives.Distance(first, second);
        return distance * distance;
    }

    private static double WeightedSum(float[] values, float[] weights)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += (double)values[i] * weights[i];
        return sum;
    }
}
