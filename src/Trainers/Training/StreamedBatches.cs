namespace Disentangle.ML.Trainers;

/// <summary>Batches of rows that are read again in every epoch, drawn from a pool that is refilled as rows are taken.</summary>
internal sealed class StreamedBatches(IRowSource rows, RowPartition partition, EncoderTrainingOptions options, int seed) : Batches
{
    private readonly List<(float[] Features, int Length, int Label)> _pool = [];

    public override int? Count => null;

    public override IEnumerable<RowBatch> Epoch(int epoch, RowBatch batch)
    {
        Random random = RandomOf(seed, epoch);
        batch.Clear();
        int pooled = 0;
        using IRowCursor cursor = rows.Open();
        for (long row = 0; cursor.MoveNext(); row++)
        {
            if (partition.Validates(row))
                continue;
            int slot = pooled;
            if (pooled == options.ShufflePoolSize)
            {
                slot = random.Next(pooled);
                if (Take(batch, slot))
                {
                    yield return batch;
                    batch.Clear();
                }
            }
            else
            {
                pooled++;
            }
            Keep(slot, cursor.ReadFeatures(), cursor.ReadLabel());
        }
        for (; pooled > 0; pooled--)
        {
            int slot = random.Next(pooled);
            bool full = Take(batch, slot);
            (_pool[slot], _pool[pooled - 1]) = (_pool[pooled - 1], _pool[slot]);
            if (full)
            {
                yield return batch;
                batch.Clear();
            }
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private bool Take(RowBatch batch, int slot)
    {
        (float[] features, int length, int label) = _pool[slot];
        batch.Add(features.AsSpan(0, length), label);
        return batch.Count == options.BatchSize;
    }

    private void Keep(int slot, ReadOnlySpan<float> features, int label)
    {
        if (slot == _pool.Count)
            _pool.Add((new float[features.Length], features.Length, label));
        float[] memory = _pool[slot].Features.Length >= features.Length ? _pool[slot].Features : new float[features.Length];
        features.CopyTo(memory);
        _pool[slot] = (memory, features.Length, label);
    }
}
