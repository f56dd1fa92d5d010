namespace Disentangle.ML.Trainers;

/// <summary>Searches the nearest candidates of many rows, in blocks, on all cores.</summary>
internal sealed class NeighborSearch(FeatureRows rows, NearestLists lists, NeighborGraphSettings settings, WorkProgress progress, CancellationToken token)
{
    /// <summary>Adds the nearest of some candidates to the lists of some rows; no candidate may be in the list of a row already.</summary>
    /// <param name="queries">The rows, ascending.</param>
    /// <param name="candidates">The candidates, ascending.</param>
    /// <param name="share">The share of this search in all work.</param>
    public void Run(int[] queries, int[] candidates, double share) => RunExact(queries, candidates, share);

    private void RunExact(int[] queries, int[] candidates, double share)
    {
        int[] ordered = AlongWidestFeature(queries);
        int blocks = (ordered.Length + NearestBlock.Size - 1) / NearestBlock.Size;
        ParallelBlocks.Run(blocks, settings.Threads, token, () => new NearestBlock(rows, lists.Neighbors, token), (index, block) =>
        {
            int first = index * NearestBlock.Size, length = Math.Min(NearestBlock.Size, ordered.Length - first);
            block.Begin(ordered.AsSpan(first, length));
            block.Compare(candidates);
            block.End(lists);
            progress.Add(share * length / ordered.Length);
        });
    }

    /// <summary>
    /// The rows in the order of the feature that varies most: rows of a block are then nearer to each other, and their distances rounded less where some
    /// rows or features are far out.
    /// </summary>
    private int[] AlongWidestFeature(int[] queries)
    {
        double[] sums = new double[rows.Width], squares = new double[rows.Width];
        ReadOnlySpan<float> origin = rows[queries[0]];
        foreach (int query in queries)
        {
            ReadOnlySpan<float> row = rows[query];
            for (int f = 0; f < row.Length; f++)
            {
                double value = row[f] - origin[f];
                sums[f] += value;
                squares[f] += value * value;
            }
        }
        int widest = Enumerable.Range(0, rows.Width).MaxBy(f => squares[f] - sums[f] / queries.Length * sums[f]);
        var keys = new float[queries.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = rows[queries[i]][widest];
        // A stable order, whatever the sort: equal keys by row number.
        int[] places = [.. Enumerable.Range(0, queries.Length)];
        Array.Sort(places, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        return Array.ConvertAll(places, place => queries[place]);
    }
}
