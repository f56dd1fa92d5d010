namespace Microsoft.ML.Data;

/// <summary>A lazy view on a source. Cursors run in parallel unless the view says they must not.</summary>
internal abstract class TransformView(IDataView source) : IDataView
{
    public IDataView Source { get; } = source;

    public abstract DataViewSchema Schema { get; }

    public virtual bool CanShuffle => Source.CanShuffle;

    public abstract long? GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        bool[] active = Columns.Active(Schema, columnsNeeded);
        Random random = CanShuffle ? rand : null;
        return RunsInParallel
            ? ParallelCursors.Consolidate(GetRowCursorSet(active, ParallelCursors.ThreadCount, random))
            : GetRowCursor(active, random);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        bool[] active = Columns.Active(Schema, columnsNeeded);
        return RunsInParallel ? GetRowCursorSet(active, n, CanShuffle ? rand : null) : [GetRowCursor(active, CanShuffle ? rand : null)];
    }

    protected virtual bool RunsInParallel => true;

    protected virtual DataViewRowCursor GetRowCursor(bool[] active, Random random) => GetRowCursorSet(active, 1, random)[0];

    protected virtual DataViewRowCursor[] GetRowCursorSet(bool[] active, int count, Random random) => [GetRowCursor(active, random)];
}

/// <summary>A cursor in step with another.</summary>
internal abstract class SynchronizedCursor(DataViewRowCursor input, DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private bool _disposed;

    protected DataViewRowCursor Input => input;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool MoveNext() => input.MoveNext();

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Checks.State(column.Index < schema.Count && active[column.Index], $"The column '{column.Name}' is not active in this cursor.");
        return GetActiveGetter<TValue>(column);
    }

    protected abstract ValueGetter<TValue> GetActiveGetter<TValue>(DataViewSchema.Column column);

    protected override void Dispose(bool disposing)
    {
        if (!_disposed && disposing)
            input.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
