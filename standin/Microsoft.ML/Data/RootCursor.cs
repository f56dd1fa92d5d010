namespace Microsoft.ML.Data;

/// <summary>A cursor over rows of its own. Its values can be read between the first and the last row only.</summary>
internal abstract class RootCursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private long _position = -1;
    private bool _disposed;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override bool MoveNext()
    {
        if (_disposed)
            return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }
        Dispose();
        return false;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Checks.Param(column.Index < schema.Count && active[column.Index], nameof(column), "requested column not active");
        return Columns.Cast<TValue>(CreateGetter(column), column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        CheckGood();
        id = CurrentId;
    };

    protected virtual DataViewRowId CurrentId => new((ulong)_position, 0);

    protected abstract bool MoveNextCore();

    /// <summary>The getter of an active column, of the column's raw type.</summary>
    protected abstract Delegate CreateGetter(DataViewSchema.Column column);

    protected void CheckGood()
        => Checks.State(_position >= 0, "Values cannot be fetched at this time. This method was called either before the first call to MoveNext, " +
            "or at any point after MoveNext returned false.");

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _position = -1;
        base.Dispose(disposing);
    }
}
