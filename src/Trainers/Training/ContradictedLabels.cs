using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Finds labels that are probably wrong because most of a row's nearest labelled rows have a different one.</summary>
internal static class ContradictedLabels
{
    private const int Neighbors = 15;
    private const float GreatestShare = 0.4f;

    /// <summary>Returns the same rows without the contradicted labels.</summary>
    /// <param name="rows">The rows, scaled.</param>
    /// <param name="shape">The shape of the rows.</param>
    /// <param name="options">The training settings.</param>
    /// <param name="seed">The seed of the approximate search among many rows.</param>
    /// <param name="description">How many labels were removed; for the log.</param>
    public static RowStore Remove(RowStore rows, InputShape shape, EncoderTrainingOptions options, int seed, out string description)
    {
        int[] labeled = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Label(row) >= 0)];
        (float[] values, int width) = options.Network.Comparison.Vectors(rows, labeled, shape);
        var search = new NeighborGraphSettings { Neighbors = Neighbors, Mutual = false, Seed = seed, Threads = options.Threads };
        NeighborGraph graph = NeighborGraph.Build(values, width, labels: [], search, token: options.CancellationToken);

        var contradicted = new HashSet<int>();
        for (int i = 0; i < labeled.Length; i++)
        {
            int shared = 0;
            ReadOnlySpan<int> neighbors = graph.Of(i);
            foreach (int neighbor in neighbors)
            {
                if (rows.Label(labeled[neighbor]) == rows.Label(labeled[i]))
                    shared++;
            }
            if (shared <= GreatestShare * neighbors.Length && !neighbors.IsEmpty)
                contradicted.Add(labeled[i]);
        }
        description = Invariant(
            $"{contradicted.Count} of {labeled.Length} labels are contradicted by their neighbours and treated as missing.");
        var kept = new RowStore();
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<float> features = rows.Features(row);
            features.CopyTo(kept.Add(contradicted.Contains(row) ? -1 : rows.Label(row), features.Length));
        }
        return kept;
    }
}
