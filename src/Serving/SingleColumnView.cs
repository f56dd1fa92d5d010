using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Serving;

/// <summary>
/// Rows of a given schema of which one column has values; the others, which embeddings do not depend on, have the defaults of their
/// types.
/// </summary>
internal sealed class SingleColumnView<TValue>(DataViewSchema schema, int column, IReadOnlyList<TValue> values) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => values.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded.Select(needed => needed.Index));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private TValue Value(long row) => values[(int)row];

    private sealed class Cursor(SingleColumnView<TValue> view, IEnumerable<int> active) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. active];
        private long _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override bool MoveNext()
        {
            if (_position == view.GetRowCount())
                return false;
            return ++_position < view.GetRowCount();
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column)
        {
            if (column.Index == view.Column
                && (Delegate)(ValueGetter<TValue>)((ref TValue value) => value = view.Value(_position)) is ValueGetter<T> getter)
                return getter;
            // Nothing that is computed reads the others, so a vector of length 0 will do where one of known size is due.
            return (ref T value) => value = default!;
        }
    }

    private int Column => column;
}
