using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Trainers;

/// <summary>Draws the second row of each pair, and the views of both.</summary>
internal sealed class PairSampler
{
    private const int FurtherSteps = 30;

    private readonly RowPairs _settings;
    private readonly RowStore _rows;
    private readonly NeighborGraph? _graph;
    private readonly int[] _members;
    private readonly int[] _placeOf;
    private readonly float _jitter;
    private readonly int _threads;

    private PairSampler(RowPairs settings, RowStore rows, int[] members, NeighborGraph? graph, bool sequences, int threads)
    {
        (_settings, _rows, _members, _graph, _threads) = (settings, rows, members, graph, threads);
        _jitter = graph is null || sequences ? 0 : settings.Jitter ?? (settings.View is null ? RowPairs.UsualJitter : 0);
        _placeOf = new int[rows.Count];
        for (int i = 0; i < members.Length; i++)
            _placeOf[members[i]] = i;
    }

    /// <summary>The hash of the graph; empty if rows are paired with themselves.</summary>
    public string Hash => _graph?.Hash ?? "";

    /// <summary>All rows, to which indices refer.</summary>
    public RowStore Rows => _rows;

    /// <summary>Whether jitter or a view changes the rows of each batch.</summary>
    public bool ChangesRows => _jitter > 0 || _settings.View is not null;

    public IReadOnlyList<string> Warnings => _graph?.Warnings ?? [];

    /// <summary>Builds the graph of neighbours.</summary>
    /// <param name="settings">How pairs are drawn.</param>
    /// <param name="rows">All rows, scaled.</param>
    /// <param name="members">The indices of the rows to draw from, ascending.</param>
    /// <param name="shape">The shape of the rows.</param>
    /// <param name="sequences">Converts sequences to comparable vectors.</param>
    /// <param name="seed">The seed of the approximate search.</param>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="progress">Called with the completed share, 0 to 1.</param>
    /// <param name="token">Cancels the search.</param>
    public static PairSampler Create(RowPairs settings, RowStore rows, int[] members, InputShape shape, SequenceSummary sequences,
        int seed, int threads,
        Action<double>? progress, CancellationToken token)
    {
        if (settings.View?.Mismatch(shape) is { } mismatch)
            throw new ArgumentException(mismatch, "options");
        if (settings.Neighbors == 0 || members.Length == 0)
            return new PairSampler(settings, rows, members, graph: null, shape.IsSequence, threads);
        (float[] values, int width) = sequences.Vectors(rows, members, shape);
        int[] labels = [.. members.Select(rows.Label)];
        var search = new NeighborGraphSettings
        {
            Neighbors = settings.Neighbors, Mutual = settings.Mutual, JaccardPower = settings.JaccardPower,
            Components = settings.Components, Seed = seed, Threads = threads,
        };
        return new PairSampler(settings, rows, members, NeighborGraph.Build(values, width, labels, search, progress, token),
            shape.IsSequence, threads);
    }

    /// <summary>Turns a batch of rows into pairs: row i and row i + <see cref="RowBatch.PairCount"/> belong together.</summary>
    /// <param name="batch">The batch to fill.</param>
    /// <param name="rows">The first rows of the pairs.</param>
    /// <param name="random">The source of randomness for pairs and views.</param>
    public void Fill(RowBatch batch, ReadOnlySpan<int> rows, Random random)
    {
        batch.Clear();
        var all = new int[2 * rows.Length];
        rows.CopyTo(all);
        for (int i = 0; i < rows.Length; i++)
            all[rows.Length + i] = Partner(rows[i], random);
        if (ChangesRows)
        {
            // One seed per row, drawn in order, so that results do not depend on the number of threads.
            var seeds = new int[all.Length];
            for (int i = 0; i < seeds.Length; i++)
                seeds[i] = random.Next();
            var changed = new float[all.Length][];
            ParallelBlocks.Run(all.Length, _threads, CancellationToken.None, i => changed[i] = Changed(all[i], new Random(seeds[i])));
            for (int i = 0; i < all.Length; i++)
                batch.Add(changed[i], _rows.Label(all[i]));
        }
        else
        {
            foreach (int row in all)
                batch.Add(_rows, row);
        }
        batch.PairCount = rows.Length;
    }

    private float[] Changed(int row, Random random)
    {
        float[] features = _jitter > 0
            ? Jittered(_rows.Features(row), _rows.Features(Neighbor(row, random)), random)
            : _rows.Features(row).ToArray();
        return _settings.View?.Change(features, random) ?? features;
    }

    private float[] Jittered(ReadOnlySpan<float> row, ReadOnlySpan<float> neighbor, Random random)
    {
        var changed = new float[row.Length];
        // Numbers uniform in [-1, 1) have the standard deviation 1/√3. Knuth's congruential generator is good enough for noise, and several
        // times faster than Random; its high bits are the random ones.
        float scale = _jitter * MathF.Sqrt(3);
        ulong state = (ulong)random.NextInt64();
        for (int f = 0; f < changed.Length; f++)
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            float uniform = (state >> 40) * (1f / (1 << 23)) - 1;
            changed[f] = row[f] + scale * uniform * (neighbor[f] - row[f]);
        }
        return changed;
    }

    /// <summary>
    /// Like <see cref="Fill"/>, but with each row's nearest neighbour and without views, so the result is deterministic.
    /// </summary>
    public void FillNearest(RowBatch batch, ReadOnlySpan<int> rows)
    {
        batch.Clear();
        foreach (int row in rows)
            batch.Add(_rows, row);
        foreach (int row in rows)
        {
            ReadOnlySpan<int> neighbors = NeighborsOf(row);
            batch.Add(_rows, neighbors.IsEmpty ? row : _members[neighbors[0]]);
        }
        batch.PairCount = rows.Length;
    }

    private int Partner(int row, Random random)
    {
        if (_graph is null)
            return row;
        int place = _graph.Step(_placeOf[row], random), label = Known(_rows.Label(row), place);
        for (int step = 0; step < FurtherSteps && random.NextSingle() < _settings.Walk; step++)
        {
            int next = _graph.Step(place, random), nextLabel = _rows.Label(_members[next]);
            // Through rows without label, the graph leads from class to class.
            if (nextLabel >= 0 && label >= 0 && nextLabel != label)
                continue;
            (place, label) = (next, Known(label, next));
        }
        return _members[place];

        int Known(int label, int place) => label >= 0 ? label : _rows.Label(_members[place]);
    }

    /// <summary>A random neighbour, each as likely as any other; the row itself if it has none.</summary>
    private int Neighbor(int row, Random random)
    {
        ReadOnlySpan<int> neighbors = NeighborsOf(row);
        return neighbors.IsEmpty ? row : _members[neighbors[random.Next(neighbors.Length)]];
    }

    private ReadOnlySpan<int> NeighborsOf(int row) => _graph is null ? [] : _graph.Of(_placeOf[row]);
}
