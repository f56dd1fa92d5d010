namespace Disentangle.ML.Trainers;

/// <summary>Some rows in memory, and the pairs drawn from them.</summary>
/// <param name="Members">The numbers of those that count, ascending.</param>
/// <param name="Sampler">Their pairs.</param>
internal sealed record PairedRows(int[] Members, PairSampler Sampler)
{
    /// <summary>Fills batches with the rows in order and the nearest neighbour of each.</summary>
    public IEnumerable<RowBatch> InOrder(int batchSize, RowBatch batch)
    {
        for (int start = 0; start < Members.Length; start += batchSize)
        {
            Sampler.FillNearest(batch, Members.AsSpan(start, Math.Min(batchSize, Members.Length - start)));
            yield return batch;
        }
    }
}
