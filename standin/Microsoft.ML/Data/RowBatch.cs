namespace Microsoft.ML.Data;

/// <summary>Some rows copied from a cursor: an array for each active column, by column index.</summary>
internal sealed record RowBatch(long Id, int Count, Array[] Values, DataViewRowId[] RowIds)
{
    public const int Size = 128;

    /// <summary>A getter of a column, of the row that <paramref name="current"/> gives at the time of the call.</summary>
    public static Delegate CreateGetter(DataViewSchema.Column column, Func<(RowBatch Batch, int Row)> current)
        => Generic.Call<Delegate>(CreateGetterCore<int>, column.Type.RawType, column.Index, current);

    private static Delegate CreateGetterCore<T>(int column, Func<(RowBatch Batch, int Row)> current) => (ValueGetter<T>)((ref T value) =>
    {
        (RowBatch batch, int row) = current();
        ValueCopier<T>.Copy(in ((T[])batch.Values[column])[row], ref value);
    });
}

/// <summary>Copies rows of a cursor into batches.</summary>
internal sealed class RowBatchReader
{
    private readonly DataViewRowCursor _cursor;
    private readonly ColumnReader[] _readers;
    private readonly ValueGetter<DataViewRowId> _idGetter;

    public RowBatchReader(DataViewRowCursor cursor)
    {
        _cursor = cursor;
        _readers = cursor.Schema.Select(column => cursor.IsColumnActive(column)
            ? Generic.Call<ColumnReader>(CreateReader<int>, column.Type.RawType, cursor, column) : null).ToArray();
        _idGetter = cursor.GetIdGetter();
    }

    /// <summary>
    /// Reads up to <see cref="RowBatch.Size"/> rows of one batch of the cursor, which stands on the first of them;
    /// afterwards it stands on the row behind them.
    /// </summary>
    public RowBatch Read(long? id, ref bool more)
    {
        long batch = _cursor.Batch;
        var ids = new DataViewRowId[RowBatch.Size];
        int count = 0;
        do
        {
            foreach (ColumnReader reader in _readers)
                reader?.Read(count);
            _idGetter(ref ids[count]);
            count++;
            more = _cursor.MoveNext();
        }
        while (more && count < RowBatch.Size && (id is not null || _cursor.Batch == batch));
        return new RowBatch(id ?? batch, count, Array.ConvertAll(_readers, reader => reader?.Take()), ids);
    }

    private static ColumnReader CreateReader<T>(DataViewRowCursor cursor, DataViewSchema.Column column) => new ColumnReader<T>(cursor.GetGetter<T>(column));

    private abstract class ColumnReader
    {
        public abstract void Read(int index);

        public abstract Array Take();
    }

    private sealed class ColumnReader<T>(ValueGetter<T> getter) : ColumnReader
    {
        private T[] _values;

        public override void Read(int index) => getter(ref (_values ??= new T[RowBatch.Size])[index]);

        public override Array Take()
        {
            T[] taken = _values;
            _values = null;
            return taken;
        }
    }
}

/// <summary>A cursor over batches that come from elsewhere.</summary>
internal sealed class RowBatchCursor(DataViewSchema schema, bool[] active, Func<RowBatch> next, Action disposer) : RootCursor(schema, active)
{
    private RowBatch _batch;
    private int _row;
    private bool _disposed;

    public override long Batch => _batch?.Id ?? 0;

    protected override DataViewRowId CurrentId => _batch.RowIds[_row];

    protected override bool MoveNextCore()
    {
        if (_batch is null || ++_row == _batch.Count)
        {
            _batch = next();
            _row = 0;
        }
        return _batch is not null;
    }

    protected override Delegate CreateGetter(DataViewSchema.Column column) => RowBatch.CreateGetter(column, () =>
    {
        CheckGood();
        return (_batch, _row);
    });

    protected override void Dispose(bool disposing)
    {
        if (!_disposed && disposing)
            disposer();
        _disposed = true;
        base.Dispose(disposing);
    }
}
