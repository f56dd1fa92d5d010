using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The classes of a label column that occur in the rows, if not all do. The network is trained on these only and numbers them from 0.
/// </summary>
/// <param name="Indices">The index of each occurring class among all classes, ascending.</param>
/// <param name="Count">The number of all classes.</param>
internal sealed record OccurringClasses(IReadOnlyList<int> Indices, int Count)
{
    /// <summary>Scatters the probabilities of the network's classes to all classes; the others are 0.</summary>
    /// <param name="known">[rows x Indices.Count].</param>
    /// <param name="all">[rows x Count].</param>
    public void Spread(ReadOnlySpan<float> known, Span<float> all)
    {
        all.Clear();
        for (int row = 0; row < known.Length / Indices.Count; row++)
        {
            for (int c = 0; c < Indices.Count; c++)
                all[row * Count + Indices[c]] = known[row * Indices.Count + c];
        }
    }

    /// <summary>Wraps rows to use the network's class indices; a class it was not trained on counts as no label.</summary>
    public IRowSource Renumber(IRowSource rows)
    {
        var numbers = new int[Count];
        Array.Fill(numbers, -1);
        for (int c = 0; c < Indices.Count; c++)
            numbers[Indices[c]] = c;
        if (rows is not RowStore store)
            return new RenumberedRows(rows, numbers);
        store.Relabel(label => label < 0 ? -1 : numbers[label]);
        return store;
    }

    private sealed class RenumberedRows(IRowSource rows, int[] numbers) : IRowSource
    {
        public IRowCursor Open() => new Cursor(rows.Open(), numbers);
    }

    private sealed class Cursor(IRowCursor cursor, int[] numbers) : IRowCursor
    {
        public ReadOnlySpan<float> ReadFeatures() => cursor.ReadFeatures();

        public int ReadLabel() => cursor.ReadLabel() is >= 0 and var label ? numbers[label] : -1;

        public bool MoveNext() => cursor.MoveNext();

        public void Dispose() => cursor.Dispose();
    }
}
