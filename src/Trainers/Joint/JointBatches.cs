namespace Disentangle.ML.Trainers;

/// <summary>
/// Pairs the rows of two sets by class. Each row occurs at least once in an epoch; within a class, the smaller set is repeated, reshuffled
/// each time, to match the larger. Rows without a partner, because they are unlabelled or the other set has no row of their class, occur
/// once, unpaired.
/// </summary>
internal sealed class JointBatches
{
    private const int None = -1;
    private readonly JointTrainingData _data;
    private readonly int _batchSize;
    private readonly int _seed;
    private readonly (int[] Primary, int[] Auxiliary)[] _classes;
    private readonly (int Primary, int Auxiliary)[] _alone;
    private readonly int _rows;
    private readonly bool _usesAuxiliary;

    /// <param name="data">The rows.</param>
    /// <param name="partition">Selects the primary rows for training.</param>
    /// <param name="options">The batch size, and which rows without a partner are used.</param>
    /// <param name="seed">The seed of the order.</param>
    public JointBatches(JointTrainingData data, RowPartition partition, JointTrainingOptions options, int seed)
    {
        (_data, _batchSize, _seed, _usesAuxiliary) = (data, options.BatchSize, seed, options.Mode != JointMode.Single);
        ILookup<int, int> primary = Enumerable.Range(0, data.Primary.Count).Where(row => !partition.Validates(row))
            .ToLookup(data.Primary.Label);
        ILookup<int, int> auxiliary = Enumerable.Range(0, data.Auxiliary.Count).ToLookup(data.Auxiliary.Label);
        bool Paired(int label) => label >= 0 && primary.Contains(label) && auxiliary.Contains(label);
        bool Useful(int label) => label >= 0 || options.Mode == JointMode.Joint;

        _classes = [.. Enumerable.Range(0, data.ClassCount).Where(Paired)
            .Select(label => (primary[label].ToArray(), auxiliary[label].ToArray()))];
        _alone =
        [
            .. primary.Where(group => !Paired(group.Key) && Useful(group.Key)).SelectMany(group => group).Order()
                .Select(row => (row, None)),
            .. auxiliary.Where(group => !Paired(group.Key) && Useful(group.Key) && _usesAuxiliary)
                .SelectMany(group => group).Order().Select(row => (None, row)),
        ];
        _rows = _classes.Sum(members => Math.Max(members.Primary.Length, members.Auxiliary.Length)) + _alone.Length;
    }

    /// <summary>The number of batches in an epoch.</summary>
    public int Count => (_rows + _batchSize - 1) / _batchSize;

    /// <summary>Whether a class has rows in both sets.</summary>
    public bool HavePairs => _classes.Length > 0;

    /// <summary>Fills the batch with the rows of an epoch, batch by batch. The returned batch is always the same object.</summary>
    public IEnumerable<JointBatch> Epoch(int epoch, JointBatch batch)
    {
        Random random = Batches.RandomOf(_seed, epoch);
        var order = new List<(int Primary, int Auxiliary)>(_rows);
        foreach ((int[] primary, int[] auxiliary) in _classes)
        {
            int pairs = Math.Max(primary.Length, auxiliary.Length);
            order.AddRange(Tiled(primary, pairs, random).Zip(Tiled(auxiliary, pairs, random)));
        }
        order.AddRange(_alone);
        (int Primary, int Auxiliary)[] shuffled = [.. order];
        random.Shuffle(shuffled);
        foreach ((int Primary, int Auxiliary)[] rows in shuffled.Chunk(_batchSize))
        {
            batch.Clear();
            Add(batch, rows.Where(row => row is { Primary: >= 0, Auxiliary: >= 0 }));
            batch.Pairs = _usesAuxiliary ? batch.Primary.Count : 0;
            Add(batch, rows.Where(row => row is not { Primary: >= 0, Auxiliary: >= 0 }));
            batch.Count = rows.Length;
            yield return batch;
        }
    }

    private void Add(JointBatch batch, IEnumerable<(int Primary, int Auxiliary)> rows)
    {
        foreach ((int primary, int auxiliary) in rows)
        {
            if (primary >= 0)
                batch.Primary.Add(_data.Primary, primary);
            if (auxiliary >= 0 && _usesAuxiliary)
                batch.Auxiliary.Add(_data.Auxiliary, auxiliary);
        }
    }

    /// <summary>Returns a number of rows of a class: all rows in shuffled order, repeated as needed.</summary>
    private static int[] Tiled(int[] members, int count, Random random)
    {
        var tiled = new int[count];
        int[] tile = [.. members];
        for (int start = 0; start < count; start += tile.Length)
        {
            random.Shuffle(tile);
            tile.AsSpan(0, Math.Min(tile.Length, count - start)).CopyTo(tiled.AsSpan(start));
        }
        return tiled;
    }
}
