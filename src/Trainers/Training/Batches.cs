namespace Disentangle.ML.Trainers;

/// <summary>Gives the batches of one epoch. What an epoch gives depends on the seed and its number only, so that training can go on at any epoch.</summary>
internal abstract class Batches
{
    /// <summary>Batches of the rows that train.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="partition">Which of them train.</param>
    /// <param name="options">The settings.</param>
    /// <param name="pairs">Pairs the rows of each batch; null for batches of single rows. Needs rows in memory.</param>
    /// <param name="seed">Decides the order.</param>
    public static Batches Create(IRowSource rows, RowPartition partition, EncoderTrainingOptions options, PairSampler? pairs, int seed) =>
        rows is RowStore store
        ? new StoredBatches(store, partition, options, pairs, seed)
        : new StreamedBatches(rows, partition, options, seed);

    /// <summary>The number of batches in an epoch; null where it is not known before one has passed.</summary>
    public abstract int? Count { get; }

    /// <summary>Fills batches with the rows of an epoch, one after the other, until there are no more. The batch is always the same object.</summary>
    public abstract IEnumerable<RowBatch> Epoch(int epoch, RowBatch batch);

    /// <summary>Fills batches with the rows that validate, in order: those of their own source, and those that a partition keeps from training.</summary>
    public static IEnumerable<RowBatch> Validation(IRowSource rows, RowPartition partition, IRowSource? validation, int batchSize, RowBatch batch)
    {
        batch.Clear();
        foreach ((IRowSource? source, bool all) in new[] { (validation, true), (partition.ValidationFraction > 0 ? rows : null, false) })
        {
            using IRowCursor? cursor = source?.Open();
            for (long row = 0; cursor is not null && cursor.MoveNext(); row++)
            {
                if (!all && !partition.Validates(row))
                    continue;
                batch.Add(cursor.Features, cursor.Label);
                if (batch.Count < batchSize)
                    continue;
                yield return batch;
                batch.Clear();
            }
        }
        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>A stream of random numbers of its own for each epoch.</summary>
    internal static Random RandomOf(int seed, int epoch) => new(HashCode32.Mix(seed, epoch));
}

/// <summary>Which rows train and which validate.</summary>
internal readonly record struct RowPartition(double ValidationFraction, int Seed)
{
    /// <summary>Whether a row, by its number in the source's order, validates.</summary>
    public bool Validates(long row) => ValidationFraction > 0 && HashCode32.Uniform(Seed, row) < ValidationFraction;

    /// <summary>The numbers of the rows that train, of so many rows.</summary>
    public int[] TrainingRows(int count)
    {
        RowPartition partition = this;
        return [.. Enumerable.Range(0, count).Where(row => !partition.Validates(row))];
    }
}

/// <summary>Hashes that are the same in every process, unlike <see cref="HashCode"/>.</summary>
internal static class HashCode32
{
    public static int Mix(int seed, int value) => (int)(Mix64(seed, value) >> 33);

    public static double Uniform(int seed, long value) => (Mix64(seed, value) >> 11) * (1.0 / (1ul << 53));

    // The finaliser of SplitMix64.
    private static ulong Mix64(int seed, long value)
    {
        ulong z = ((ulong)(uint)seed << 32) + (ulong)value * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>Batches of rows in memory, in shuffled order.</summary>
internal sealed class StoredBatches : Batches
{
    private readonly RowStore _rows;
    private readonly int[] _training;
    private readonly int[] _order;
    private readonly int _batchSize;
    private readonly int _seed;
    private readonly PairSampler? _pairs;
    private readonly int[][] _classes;

    public StoredBatches(RowStore rows, RowPartition partition, EncoderTrainingOptions options, PairSampler? pairs, int seed)
    {
        _rows = rows;
        _pairs = pairs;
        _training = partition.TrainingRows(rows.Count);
        _order = new int[_training.Length];
        _batchSize = options.BatchSize;
        _seed = seed;
        _classes = options.Sampling == BatchSampling.TwoOfEachClass
            ? [.. _training.Where(row => rows.Label(row) >= 0).GroupBy(rows.Label).OrderBy(group => group.Key)
                .Select(Enumerable.ToArray).Where(members => members.Length > 1)]
            : [];
    }

    public override int? Count => (_training.Length + _batchSize - 1) / _batchSize;

    public override IEnumerable<RowBatch> Epoch(int epoch, RowBatch batch)
    {
        Random random = RandomOf(_seed, epoch);
        _training.CopyTo(_order, 0);
        random.Shuffle(_order);
        int[][] classes = [.. _classes.Select(members => members.ToArray())];
        foreach (int[] members in classes)
            random.Shuffle(members);
        var next = new int[classes.Length];
        for (int start = 0; start < _order.Length; start += _batchSize)
        {
            List<int> rows = [.. _order.AsSpan(start, Math.Min(_batchSize, _order.Length - start))];
            for (int c = 0; c < classes.Length; c++)
                AddMissing(rows, classes[c], ref next[c]);
            Fill(batch, [.. rows], random);
            yield return batch;
        }
    }

    private void Fill(RowBatch batch, ReadOnlySpan<int> rows, Random random)
    {
        if (_pairs is not null)
        {
            _pairs.Fill(batch, rows, random);
            return;
        }
        batch.Clear();
        foreach (int row in rows)
            batch.Add(_rows.Features(row), _rows.Label(row));
    }

    private void AddMissing(List<int> rows, int[] members, ref int next)
    {
        int label = _rows.Label(members[0]);
        int[] there = [.. rows.Where(row => _rows.Label(row) == label)];
        for (int missing = 2 - there.Length; missing > 0; next++)
        {
            int row = members[next % members.Length];
            if (there.Contains(row))
                continue;
            rows.Add(row);
            missing--;
        }
    }
}

/// <summary>Batches of rows that are read anew in every epoch, each drawn from a pool that is filled up as it is emptied.</summary>
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
            Keep(slot, cursor.Features, cursor.Label);
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
