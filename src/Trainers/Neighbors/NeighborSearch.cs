using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Trainers;

/// <summary>Finds the nearest candidates of many rows, in parallel blocks.</summary>
internal sealed class NeighborSearch(VectorRows rows, NearestLists lists, NeighborGraphSettings settings, WorkProgress progress,
    CancellationToken token)
{
    // The fraction of the nearest candidates of sampled rows that the searched cells must hold: above the documented 95 %, to allow for
    // sampling error.
    private const double Recall = 0.975;
    private const int SampleSize = 1024;
    private const int SampleBlock = 32;

    // The fractions of the progress of an approximate search.
    private const double DivisionShare = 0.3;
    private const double SampleShare = 0.1;

    /// <summary>
    /// Adds the nearest candidates of each row to its list: all of them, or nearly all if there are too many pairs to compare.
    /// </summary>
    /// <param name="searches">The searches; each row is in only one of them, and its candidates are not yet in its list.</param>
    /// <param name="sharePerPair">The progress of comparing one pair.</param>
    public void Run(Candidates[] searches, double sharePerPair)
    {
        double limit = (double)settings.ExactLimit * settings.ExactLimit;
        ILookup<bool, Candidates> exact = searches.Where(search => search.Pairs > 0).ToLookup(search => search.Pairs <= limit);
        SearchAll([.. exact[true]], sharePerPair);
        foreach (Candidates search in exact[false])
            SearchCells(search.Queries, search.Rows, sharePerPair * search.Pairs);
    }

    private void SearchAll(Candidates[] searches, double sharePerPair)
    {
        Candidates[] blocks =
        [
            .. searches.SelectMany(search => rows.AlongWidestFeature(search.Queries).Chunk(NearestBlock.Size)
                .Select(queries => search with { Queries = queries })),
        ];
        ParallelBlocks.Run(blocks.Length, settings.Threads, token, NewBlock, (index, block) =>
        {
            (int[] queries, int[] candidates) = blocks[index];
            Search(queries, block, _ => block.Compare(candidates));
            progress.Add(sharePerPair * blocks[index].Pairs);
        });
    }

    /// <summary>Compares each row with the candidates in the cells with the nearest centres.</summary>
    private void SearchCells(int[] queries, int[] candidates, double share)
    {
        var cells = NeighborCells.Divide(rows, candidates, settings, done => progress.Add(share * DivisionShare * done), token);
        int searched = CellsToSearch(cells, queries, candidates);
        progress.Add(share * SampleShare);

        int[][] groups = queries == candidates ? [.. Enumerable.Range(0, cells.Count).Select(cell => cells[cell].ToArray())]
            : cells.Grouped(queries, settings.Threads, token);
        int[][] blocks = [.. groups.SelectMany(group => group.Chunk(NearestBlock.Size))];
        var newScratch = () => (Block: NewBlock(), Choice: new CellChoice(cells, searched));
        ParallelBlocks.Run(blocks.Length, settings.Threads, token, newScratch, (index, scratch) =>
        {
            Search(blocks[index], scratch.Block, own =>
            {
                scratch.Choice.Run(own);
                for (int cell = 0; cell < cells.Count; cell++)
                {
                    ReadOnlySpan<int> places = scratch.Choice.PlacesOf(cell);
                    if (places.Length > 0)
                        scratch.Block.Compare(places, cells[cell]);
                }
            });
            progress.Add(share * (1 - DivisionShare - SampleShare) * blocks[index].Length / queries.Length);
        });
    }

    /// <summary>
    /// Searches a block of rows, and repeats the search for the rows left out in smaller blocks, where they are nearer to the mean.
    /// </summary>
    private void Search(int[] queries, NearestBlock block, Action<int[]> compare)
    {
        block.Begin(queries);
        compare(queries);
        List<int> leftOut = block.End(lists);
        if (leftOut.Count == 0)
            return;
        foreach (int[] half in rows.AlongWidestFeature([.. leftOut]).Chunk((leftOut.Count + 1) / 2))
            Search(half, block, compare);
    }

    /// <summary>
    /// The smallest number of cells that hold enough of the nearest candidates, estimated by an exact search for a sample of rows.
    /// </summary>
    private int CellsToSearch(NeighborCells cells, int[] queries, int[] candidates)
    {
        int[] sample = [.. queries];
        new Random(settings.Seed).Shuffle(sample);
        int[][] blocks = [.. sample.Take(SampleSize).Order().Chunk(SampleBlock)];
        var cellOf = new int[rows.Count];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            foreach (int row in cells[cell])
                cellOf[row] = cell;
        }
        // The numbers of nearest candidates in the nearest cell, in the second nearest, ...
        var counts = new int[cells.Count];
        var newScratch = () => (Block: NewBlock(), Measure: new NeighborCells.Measure(cells, SampleBlock));
        ParallelBlocks.Run(blocks.Length, settings.Threads, token, newScratch, (index, scratch) =>
        {
            scratch.Block.Begin(blocks[index]);
            scratch.Block.Compare(candidates);
            scratch.Measure.Run(blocks[index]);
            for (int place = 0; place < blocks[index].Length; place++)
            {
                ReadOnlySpan<int> nearest = scratch.Block.NearestOf(place);
                foreach (int neighbor in nearest[..Math.Min(nearest.Length, lists.Neighbors)])
                    Interlocked.Increment(ref counts[RankOf(cellOf[neighbor], scratch.Measure.Of(place))]);
            }
        });
        double wanted = Recall * counts.Sum();
        int searched = 0;
        for (double found = 0; found < wanted; searched++)
            found += counts[searched];
        return Math.Max(1, searched);
    }

    private static int RankOf(int cell, ReadOnlySpan<float> distances)
    {
        int rank = 0;
        for (int other = 0; other < distances.Length; other++)
        {
            if (distances[other] < distances[cell] || (distances[other] == distances[cell] && other < cell))
                rank++;
        }
        return rank;
    }

    private NearestBlock NewBlock() => new(rows, lists.Neighbors, token);
}
