using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Host.Tests;

/// <summary>
/// A data view as a third party would write it, that forgives nothing: it gives active columns only, deals its rows out to as many cursors as are
/// asked for, and its vectors are sparse. It remembers what it was asked.
/// </summary>
internal sealed class StrictView(int rows) : IDataView
{
    private const int RowsPerBatch = 10;

    public List<string[]> Requests { get; } = [];

    public int LargestSet { get; private set; }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; } = CreateSchema();

    public static float[] Vector(long row) => [0, row % 2, 0, row];

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => GetRowCursorSet(columnsNeeded, 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        lock (Requests)
        {
            Requests.Add(columnsNeeded.Select(column => column.Name).ToArray());
            LargestSet = Math.Max(LargestSet, n);
        }
        int[] active = columnsNeeded.Select(column => column.Index).ToArray();
        return Enumerable.Range(0, n).Select(i => new Cursor(this, active, i, n)).ToArray<DataViewRowCursor>();
    }

    private static DataViewSchema CreateSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Id", NumberDataViewType.Int64);
        builder.AddColumn("Name", TextDataViewType.Instance);
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 4));
        return builder.ToSchema();
    }

    private sealed class Cursor(StrictView view, int[] active, int index, int count) : DataViewRowCursor
    {
        private readonly int _rows = (int)view.GetRowCount()!;
        private long _position = -1;
        private long _row = -1;
        private bool _ended;

        public override long Position => _position;

        public override long Batch => _row / RowsPerBatch;

        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext()
        {
            if (_row < 0)
                _row = index * RowsPerBatch;
            else if (++_row % RowsPerBatch == 0)
                _row += (count - 1) * RowsPerBatch;
            _ended = _row >= _rows;
            _position = _ended ? -1 : _position + 1;
            return !_ended;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)Current(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The column '{column.Name}' was not asked for.");
            return column.Index switch
            {
                0 => (ValueGetter<TValue>)(Delegate)(ValueGetter<long>)((ref long value) => value = Current()),
                1 => (ValueGetter<TValue>)(Delegate)(ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value)
                    => value = $"row {Current()}".AsMemory()),
                _ => (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> value)
                    => value = new VBuffer<float>(4, 2, [Current() % 2, Current()], [1, 3])),
            };
        }

        private long Current() => _row >= 0 && !_ended ? _row : throw new InvalidOperationException("The cursor stands on no row.");
    }
}
