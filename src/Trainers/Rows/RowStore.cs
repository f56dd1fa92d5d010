using System.Runtime.InteropServices;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Rows of features with their labels, in memory. A row is a vector of a fixed size, or a sequence of concatenated steps, each of a fixed
/// size. Rows are stored in blocks, so the store grows without copying and can exceed the size of one array.
/// </summary>
public sealed class RowStore : IRowSource
{
    private const int BlockLength = 1 << 20;
    private readonly List<float[]> _blocks = [];
    private readonly List<Row> _rows = [];
    private int _used;

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds a row and returns the span of its features to fill.</summary>
    /// <param name="label">The class 0, 1, ..., or -1 for none.</param>
    /// <param name="length">The number of features.</param>
    public Span<float> Add(int label, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(label, -1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (_blocks.Count == 0 || _blocks[^1].Length - _used < length)
        {
            _blocks.Add(new float[Math.Max(BlockLength, length)]);
            _used = 0;
        }
        _rows.Add(new Row(_blocks.Count - 1, _used, length, label));
        _used += length;
        return Features(Count - 1);
    }

    /// <summary>The features of a row.</summary>
    public Span<float> Features(int row) => _blocks[_rows[row].Block].AsSpan(_rows[row].Start, _rows[row].Length);

    /// <summary>The class of a row; -1 if it has none.</summary>
    public int Label(int row) => _rows[row].Label;

    /// <inheritdoc/>
    public IRowCursor Open() => new Cursor(this);

    /// <summary>Replaces the class of each row.</summary>
    internal void Relabel(Func<int, int> label)
    {
        foreach (ref Row row in CollectionsMarshal.AsSpan(_rows))
            row = row with { Label = label(row.Label) };
    }

    private sealed class Cursor(RowStore store) : IRowCursor
    {
        private int _row = -1;

        public ReadOnlySpan<float> ReadFeatures() => store.Features(_row);

        public int ReadLabel() => store.Label(_row);

        public bool MoveNext() => ++_row < store.Count;

        public void Dispose() { }
    }

    private readonly record struct Row(int Block, int Start, int Length, int Label);
}
