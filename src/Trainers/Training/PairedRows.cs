namespace Disentangle.ML.Trainers;

/// <summary>Rows in memory and the pairs drawn from them.</summary>
/// <param name="Members">The indices of the rows to pair, ascending.</param>
/// <param name="Sampler">Draws the pairs.</param>
internal sealed record PairedRows(int[] Members, PairSampler Sampler)
{
    /// <summary>Fills the batch with the rows in order, each with its nearest neighbour.</summary>
    public IEnumerable<RowBatch> InOrder(int batchSize, RowBatch batch)
    {
        for (int start = 0; start < Members.Length; start += batchSize)
        {
            Sampler.FillNearest(batch, Members.AsSpan(start, Math.Min(batchSize, Members.Length - start)));
            yield return batch;
        }
    }
}
