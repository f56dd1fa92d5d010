using Disentangle.ML.Tensors.Threading;
using Disentangle.ML.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Lays out rows in two dimensions so that neighbours stay neighbours (McInnes, Healy and Melville 2018, "UMAP", section 3.2 and algorithm
/// 5, with a = b = 1). Two rows at positions y_i and y_j are joined with probability φ = 1 / (1 + |y_i - y_j|²). Along the edges of
/// <see cref="NeighborWeights"/>, sampled in proportion to their weights, row i moves by the gradient of log φ,
/// -2 (y_i - y_j) / (1 + |y_i - y_j|²). Each time, it also moves by the gradient of log(1 - φ) for a few rows drawn from all,
/// 2 (y_i - y_j) / ((ε + |y_i - y_j|²) (1 + |y_i - y_j|²)).
/// </summary>
/// <remarks>
/// A row moves along its own edges one after the other, but sees all other rows where they were at the start of the epoch. The rows of
/// an epoch may therefore be moved in any order and by any number of threads.
/// </remarks>
internal static class MapLayout
{
    // Four times as many for each attraction of a row as in umap-learn: neighbours are kept better.
    private const int NegativeSamples = 10;
    private const float GreatestMove = 4;
    // Keeps the repulsion of rows in the same place finite.
    private const float Epsilon = 1e-3f;
    // The start: the first two principal components, within ±10, and noise that separates equal rows.
    private const float StartRadius = 10;
    private const float StartNoise = 1e-3f;
    private const int RowsAtOnce = 128;

    /// <summary>Lays out rows.</summary>
    /// <param name="rows">The rows; distances between them are Euclidean.</param>
    /// <param name="weights">The edges.</param>
    /// <param name="epochs">The number of times the edge of greatest weight is sampled.</param>
    /// <param name="seed">The seed of the noise and of the rows that repel.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <param name="progress">Receives the completed fraction of the work after each epoch.</param>
    /// <param name="token">Cancels the work.</param>
    /// <returns>The positions: [rows x 2].</returns>
    public static float[] Run(VectorRows rows, NeighborWeights weights, int epochs, int seed, int threads = 0,
        Action<double>? progress = null, CancellationToken token = default)
    {
        float[] from = Start(rows, seed, threads, token), to = new float[from.Length];
        float greatest = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            foreach (float weight in weights.WeightsOf(row))
                greatest = Math.Max(greatest, weight);
        }
        ulong random = new CounterRandom(seed).Take(0);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            float rate = 1 - (float)epoch / epochs;
            (float[] before, float[] after, int e) = (from, to, epoch);
            ParallelBlocks.Run((rows.Count + RowsAtOnce - 1) / RowsAtOnce, threads, token, part =>
            {
                for (int row = part * RowsAtOnce; row < Math.Min(rows.Count, (part + 1) * RowsAtOnce); row++)
                    Move(row, weights, greatest, before, after, e, rate, CounterRandom.At(random, (long)e * rows.Count + row));
            });
            (from, to) = (to, from);
            progress?.Invoke((epoch + 1.0) / epochs);
        }
        return from;
    }

    private static void Move(int row, NeighborWeights weights, float greatest, float[] before, float[] after, int epoch, float rate,
        ulong random)
    {
        float x = before[2 * row], y = before[2 * row + 1];
        ReadOnlySpan<int> neighbors = weights.Of(row);
        ReadOnlySpan<float> weight = weights.WeightsOf(row);
        long drawn = 0;
        for (int i = 0; i < neighbors.Length; i++)
        {
            // An edge of the greatest weight is sampled in every epoch, one of half the weight in every second, and so on.
            double share = weight[i] / greatest;
            if (Math.Floor((epoch + 1) * share) == Math.Floor(epoch * share))
                continue;
            Attract(neighbors[i]);
            for (int n = 0; n < NegativeSamples; n++)
                Repel((int)(((UInt128)CounterRandom.At(random, drawn++) * (ulong)(before.Length / 2)) >> 64));
        }
        (after[2 * row], after[2 * row + 1]) = (x, y);

        void Attract(int other)
        {
            float dx = x - before[2 * other], dy = y - before[2 * other + 1];
            Step(-2 / (1 + dx * dx + dy * dy), dx, dy);
        }

        void Repel(int other)
        {
            float dx = x - before[2 * other], dy = y - before[2 * other + 1], square = dx * dx + dy * dy;
            Step(2 / ((Epsilon + square) * (1 + square)), dx, dy);
        }

        void Step(float factor, float dx, float dy)
        {
            x += rate * Math.Clamp(factor * dx, -GreatestMove, GreatestMove);
            y += rate * Math.Clamp(factor * dy, -GreatestMove, GreatestMove);
        }
    }

    private static float[] Start(VectorRows rows, int seed, int threads, CancellationToken token)
    {
        var start = new float[2 * rows.Count];
        var components = PrincipalComponents.Fit(rows, Math.Min(2, rows.Width), seed, threads, progress: null, token);
        float[] coordinates = components.Project(rows, threads, progress: null, token);
        float greatest = TensorPrimitives.MaxMagnitude<float>(coordinates);
        float factor = greatest == 0 ? 0 : StartRadius / MathF.Abs(greatest);
        RandomNumbers.Normal(new CounterRandom(seed ^ 1).Take(0), start);
        for (int i = 0; i < start.Length; i++)
        {
            (int row, int axis) = (i / 2, i % 2);
            start[i] = StartNoise * start[i] + (axis < components.Count ? factor * coordinates[row * components.Count + axis] : 0);
        }
        return start;
    }
}
