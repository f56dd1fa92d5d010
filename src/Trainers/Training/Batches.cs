namespace Disentangle.ML.Trainers;

/// <summary>
/// Provides the batches of an epoch. They depend only on the seed and the epoch number, so training can resume at any epoch.
/// </summary>
internal abstract class Batches
{
    /// <summary>Creates batches of the training rows.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="partition">Selects the training rows.</param>
    /// <param name="options">The settings.</param>
    /// <param name="pairs">Pairs the rows of each batch; null for unpaired rows. Requires rows in memory.</param>
    /// <param name="seed">The seed of the order.</param>
    public static Batches Create(IRowSource rows, RowPartition partition, EncoderTrainingOptions options, PairSampler? pairs, int seed) =>
        rows is RowStore store
        ? new StoredBatches(store, partition, options, pairs, seed)
        : new StreamedBatches(rows, partition, options, seed);

    /// <summary>The number of batches in an epoch; null if unknown until the first epoch has finished.</summary>
    public abstract int? Count { get; }

    /// <summary>Fills the batch with the rows of an epoch, batch by batch. The returned batch is always the same object.</summary>
    public abstract IEnumerable<RowBatch> Epoch(int epoch, RowBatch batch);

    /// <summary>
    /// Fills the batch with the validation rows, in order: those of a separate source, and those that the partition excludes from
    /// training.
    /// </summary>
    public static IEnumerable<RowBatch> Validation(IRowSource rows, RowPartition partition, IRowSource? validation, int batchSize,
        RowBatch batch)
    {
        batch.Clear();
        foreach ((IRowSource? source, bool all) in new[] { (validation, true), (partition.ValidationFraction > 0 ? rows : null, false) })
        {
            using IRowCursor? cursor = source?.Open();
            for (long row = 0; cursor is not null && cursor.MoveNext(); row++)
            {
                if (!all && !partition.Validates(row))
                    continue;
                if (source is RowStore store)
                    batch.Add(store, (int)row);
                else
                    batch.Add(cursor.ReadFeatures(), cursor.ReadLabel());
                if (batch.Count < batchSize)
                    continue;
                yield return batch;
                batch.Clear();
            }
        }
        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>Creates the random number stream of an epoch.</summary>
    internal static Random RandomOf(int seed, int epoch) => new(HashCode32.Mix(seed, epoch));
}
