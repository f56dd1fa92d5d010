namespace Microsoft.ML.Data;

/// <summary>A source in memory. A column is read from the source when a cursor first needs it.</summary>
internal sealed class CacheView : IDataView
{
    private readonly IDataView _source;
    private readonly Lock _lock = new();
    private readonly List<RowBatch>[] _columns;
    private long? _rowCount;

    public CacheView(IDataView source, params string[] prefetch)
    {
        _source = source;
        _columns = new List<RowBatch>[source.Schema.Count];
        if (prefetch is not { Length: > 0 })
            return;
        Load(Columns.Active(Schema, prefetch.Select(name
            => Schema.GetColumnOrNull(name) ?? throw Checks.MissingColumn("columnsToPrefetch", "prefetch", name))));
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _rowCount ?? _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => CreateCursors(Columns.Active(Schema, columnsNeeded), 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => CreateCursors(Columns.Active(Schema, columnsNeeded), n, rand);

    private DataViewRowCursor[] CreateCursors(bool[] active, int count, Random random)
    {
        // A view that nothing is read of still has its rows.
        Lazy<long> rows = new(() => Load(active));
        Lazy<int[]> order = new(() =>
        {
            if (random is null)
                return null;
            int[] permutation = Enumerable.Range(0, (int)rows.Value).ToArray();
            random.Shuffle(permutation);
            return permutation;
        });
        return Enumerable.Range(0, count).Select(i => new Cursor(this, active, rows, order, i, count)).ToArray<DataViewRowCursor>();
    }

    /// <summary>Reads the columns that are missing, and gives the number of rows.</summary>
    private long Load(bool[] active)
    {
        lock (_lock)
        {
            bool[] missing = active.Select((isActive, i) => isActive && _columns[i] is null).ToArray();
            if (_rowCount is not null && !missing.Contains(true))
                return _rowCount.Value;
            var batches = new List<RowBatch>();
            using (DataViewRowCursor cursor = _source.GetRowCursor(Columns.Where(Schema, missing)))
            {
                bool more = cursor.MoveNext();
                var reader = more ? new RowBatchReader(cursor) : null;
                while (more)
                    batches.Add(reader.Read(0, ref more));
            }
            for (int i = 0; i < missing.Length; i++)
            {
                if (missing[i])
                    _columns[i] = batches;
            }
            _rowCount = batches.Sum(batch => (long)batch.Count);
            return _rowCount.Value;
        }
    }

    /// <summary>One of several cursors, which take turns at blocks of rows.</summary>
    private sealed class Cursor(CacheView cache, bool[] active, Lazy<long> rows, Lazy<int[]> order, int index, int count) : RootCursor(cache.Schema, active)
    {
        private long _next = (long)index * RowBatch.Size;
        private long _row;

        public override long Batch => Math.Max(0, _next - 1) / RowBatch.Size;

        protected override DataViewRowId CurrentId => new((ulong)_row, 0);

        protected override bool MoveNextCore()
        {
            if (Position >= 0 && _next % RowBatch.Size == 0)
                _next += (long)(count - 1) * RowBatch.Size;
            if (_next >= rows.Value)
                return false;
            _row = order.Value is { } permutation ? permutation[_next] : _next;
            _next++;
            return true;
        }

        // All batches but the last are full.
        protected override Delegate CreateGetter(DataViewSchema.Column column) => RowBatch.CreateGetter(column, () =>
        {
            CheckGood();
            return (cache._columns[column.Index][(int)(_row / RowBatch.Size)], (int)(_row % RowBatch.Size));
        });
    }
}
