namespace Disentangle.ML.Trainers;

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
            batch.Add(_rows, row);
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
