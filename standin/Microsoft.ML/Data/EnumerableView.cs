namespace Microsoft.ML.Data;

/// <summary>The objects of a sequence as rows. The sequence is enumerated anew by every cursor.</summary>
internal sealed class EnumerableView<TRow>(IEnumerable<TRow> rows, ObjectReader<TRow> reader) : IDataView where TRow : class
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => reader.Schema;

    public long? GetRowCount() => (rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(rows.GetEnumerator(), reader, Columns.Active(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IEnumerator<TRow> rows, ObjectReader<TRow> reader, bool[] active) : RootCursor(reader.Schema, active)
    {
        private TRow _current;

        protected override bool MoveNextCore()
        {
            if (!rows.MoveNext())
                return false;
            _current = rows.Current ?? throw new InvalidOperationException("Encountered null when iterating over data, this is not supported.");
            return true;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column) => reader.CreateGetter(column.Index, () =>
        {
            CheckGood();
            return _current;
        });

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
