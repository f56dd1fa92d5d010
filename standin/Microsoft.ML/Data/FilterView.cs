namespace Microsoft.ML.Data;

/// <summary>The rows for which a test holds.</summary>
/// <param name="source">The rows to choose from.</param>
/// <param name="columns">The columns the test reads.</param>
/// <param name="bind">Makes a test for a cursor; it is called once for each row, in order.</param>
/// <param name="inOrder">True where the test depends on the rows before, so that there must be one cursor only and no shuffling.</param>
internal sealed class FilterView(IDataView source, DataViewSchema.Column[] columns, Func<DataViewRow, Func<bool>> bind, bool inOrder) : TransformView(source)
{
    public override DataViewSchema Schema => Source.Schema;

    public override bool CanShuffle => !inOrder && base.CanShuffle;

    protected override bool RunsInParallel => !inOrder;

    public override long? GetRowCount() => null;

    protected override DataViewRowCursor GetRowCursor(bool[] active, Random random) => CreateCursors(active, 1, random)[0];

    protected override DataViewRowCursor[] GetRowCursorSet(bool[] active, int count, Random random) => CreateCursors(active, count, random);

    private DataViewRowCursor[] CreateCursors(bool[] active, int count, Random random)
    {
        var needed = (bool[])active.Clone();
        foreach (DataViewSchema.Column column in columns)
            needed[column.Index] = true;
        IEnumerable<DataViewSchema.Column> inputColumns = Columns.Where(Schema, needed);
        DataViewRowCursor[] inputs = count == 1 ? [Source.GetRowCursor(inputColumns, random)] : Source.GetRowCursorSet(inputColumns, count, random);
        return Array.ConvertAll(inputs, input => (DataViewRowCursor)new Cursor(input, Schema, active, bind(input)));
    }

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema, bool[] active, Func<bool> test) : SynchronizedCursor(input, schema, active)
    {
        private long _position = -1;

        public override long Position => _position;

        public override bool MoveNext()
        {
            while (Input.MoveNext())
            {
                if (test())
                {
                    _position++;
                    return true;
                }
            }
            _position = -1;
            return false;
        }

        protected override ValueGetter<TValue> GetActiveGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);
    }
}

/// <summary>Some rows of a source after some others.</summary>
internal sealed class SkipTakeView(IDataView source, long skip, long take) : TransformView(source)
{
    public override DataViewSchema Schema => Source.Schema;

    public override bool CanShuffle => false;

    protected override bool RunsInParallel => false;

    public override long? GetRowCount() => Source.GetRowCount() is long count ? Math.Min(Math.Max(0, count - skip), take) : null;

    protected override DataViewRowCursor GetRowCursor(bool[] active, Random random)
        => new Cursor(Source.GetRowCursor(Columns.Where(Schema, active)), Schema, active, skip, take);

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema schema, bool[] active, long skip, long take) : SynchronizedCursor(input, schema, active)
    {
        private long _position = -1;

        public override long Position => _position;

        public override bool MoveNext()
        {
            if (_position < 0)
            {
                for (long i = 0; i < skip; i++)
                {
                    if (!Input.MoveNext())
                        return false;
                }
            }
            if (_position + 1 < take && Input.MoveNext())
            {
                _position++;
                return true;
            }
            Dispose();
            return false;
        }

        protected override ValueGetter<TValue> GetActiveGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);
    }
}
