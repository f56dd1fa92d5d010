using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The weighted graph that a map is laid out by (McInnes, Healy and Melville 2018, "UMAP", section 3.1). The k nearest rows j of row i, at
/// distances d_ij, have weights a_ij = exp(-max(0, d_ij - ρ_i) / σ_i), where ρ_i is the smallest distance greater than 0 and σ_i makes
/// Σ_j a_ij = log2 k. The weight of the edge between two rows is that of either one: w_ij = a_ij + a_ji - a_ij a_ji.
/// </summary>
internal sealed class NeighborWeights
{
    private const int Bisections = 64;
    // σ is at least this fraction of the mean distance to the neighbours, as in umap-learn.
    private const double LeastScale = 1e-3;

    private readonly int[] _starts;
    private readonly int[] _neighbors;
    private readonly float[] _weights;

    private NeighborWeights(int[] starts, int[] neighbors, float[] weights) =>
        (_starts, _neighbors, _weights) = (starts, neighbors, weights);

    /// <summary>The rows that share an edge with a row, ascending.</summary>
    public ReadOnlySpan<int> Of(int row) => _neighbors.AsSpan(_starts[row].._starts[row + 1]);

    /// <summary>The weights of the edges of a row, in the order of <see cref="Of"/>; in (0, 1].</summary>
    public ReadOnlySpan<float> WeightsOf(int row) => _weights.AsSpan(_starts[row].._starts[row + 1]);

    /// <summary>Weighs the edges of a graph of nearest rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="graph">Their nearest rows, not only the mutual ones.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores. The result does not depend on it.</param>
    /// <param name="token">Cancels the work.</param>
    public static NeighborWeights Create(VectorRows rows, NeighborGraph graph, int threads, CancellationToken token)
    {
        var directed = new float[rows.Count][];
        const int part = 256;
        ParallelBlocks.Run((rows.Count + part - 1) / part, threads, token, index =>
        {
            for (int row = index * part; row < Math.Min(rows.Count, (index + 1) * part); row++)
                directed[row] = Memberships(rows, row, graph.Of(row));
        });

        var starts = new int[rows.Count + 1];
        for (int row = 0; row < rows.Count; row++)
        {
            foreach (int neighbor in graph.Of(row))
            {
                starts[row + 1]++;
                if (!graph.Of(neighbor).Contains(row))
                    starts[neighbor + 1]++;
            }
        }
        for (int row = 0; row < rows.Count; row++)
            starts[row + 1] += starts[row];
        int[] next = starts[..^1], neighbors = new int[starts[^1]];
        var weights = new float[starts[^1]];
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<int> near = graph.Of(row);
            for (int i = 0; i < near.Length; i++)
            {
                float own = directed[row][i];
                int back = graph.Of(near[i]).IndexOf(row);
                float other = back < 0 ? 0 : directed[near[i]][back], weight = own + other - own * other;
                Add(row, near[i], weight);
                if (back < 0)
                    Add(near[i], row, weight);
            }
        }
        for (int row = 0; row < rows.Count; row++)
            Array.Sort(neighbors, weights, starts[row], starts[row + 1] - starts[row]);
        return new(starts, neighbors, weights);

        void Add(int row, int neighbor, float weight) => (neighbors[next[row]], weights[next[row]++]) = (neighbor, weight);
    }

    /// <summary>The weights a_ij of the nearest rows of a row.</summary>
    private static float[] Memberships(VectorRows rows, int row, ReadOnlySpan<int> nearest)
    {
        var distances = new double[nearest.Length];
        for (int i = 0; i < distances.Length; i++)
            distances[i] = TensorPrimitives.Distance(rows[row], rows[nearest[i]]);
        double least = distances.FirstOrDefault(distance => distance > 0);
        double wanted = Math.Log2(distances.Length), low = 0, high = double.PositiveInfinity, scale = 1;
        for (int i = 0; i < Bisections; i++)
        {
            if (distances.Sum(Membership) > wanted)
                (high, scale) = (scale, (low + scale) / 2);
            else
                (low, scale) = (scale, double.IsInfinity(high) ? 2 * scale : (scale + high) / 2);
        }
        scale = Math.Max(scale, LeastScale * distances.DefaultIfEmpty().Average());
        return [.. distances.Select(distance => (float)Membership(distance))];

        double Membership(double distance) => distance <= least ? 1 : Math.Exp((least - distance) / scale);
    }
}
