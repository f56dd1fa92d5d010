using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A data view with the columns of an encoder added, computed in batches as a cursor moves on.</summary>
internal sealed class EncodedDataView(IDataView input, EncoderBinding binding) : IDataView
{
    public DataViewSchema Schema => binding.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return new EncodedCursor(binding, input.GetRowCursor(binding.Dependencies(columns), rand), columns, threads: 0);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        DataViewRowCursor[] cursors = input.GetRowCursorSet(binding.Dependencies(columns), n, rand);
        // The cursors run in parallel already.
        int threads = cursors.Length > 1 ? 1 : 0;
        return [.. cursors.Select(cursor => new EncodedCursor(binding, cursor, columns, threads))];
    }
}

/// <summary>
/// Reads rows ahead, encodes them together and hands them out one by one. The columns that pass through are read ahead with them and kept.
/// </summary>
internal sealed class EncodedCursor : DataViewRowCursor
{
    private const int RowsPerBatch = 256;

    private readonly EncoderBinding _binding;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly Dictionary<int, ColumnBuffer> _passing = [];
    private readonly ColumnBuffer<DataViewRowId> _ids;
    private readonly FeatureReader? _reader;
    private readonly RowEncoding? _encoding;
    private readonly long[] _positions;
    private readonly long[] _batches;
    private int _slot = -1;
    private int _filled;
    private bool _ended;

    public EncodedCursor(EncoderBinding binding, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columns, int threads)
    {
        _binding = binding;
        _input = input;
        _active = new bool[binding.OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
            _active[column.Index] = true;

        bool encodes = _active.AsSpan(binding.InputSchema.Count).Contains(true);
        int capacity = encodes ? RowsPerBatch : 1;
        for (int i = 0; i < binding.InputSchema.Count; i++)
        {
            if (_active[i])
                _passing[i] = ColumnBuffer.Create(input, binding.InputSchema[i], capacity);
        }
        _ids = new ScalarColumnBuffer<DataViewRowId>(input.GetIdGetter(), capacity);
        _positions = new long[capacity];
        _batches = new long[capacity];
        if (encodes)
        {
            _reader = new FeatureReader(input, binding.Features, binding.Encoder.Input);
            _encoding = new RowEncoding(binding.Transformer, capacity, threads);
        }
    }

    public override DataViewSchema Schema => _binding.OutputSchema;

    public override long Position => _slot < 0 ? -1 : _positions[_slot];

    public override long Batch => _slot < 0 ? _input.Batch : _batches[_slot];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _ids.Getter(() => _slot);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor.");
        if (_binding.IsAdded(column))
            return _binding.Getter<TValue>(column, Current);
        return _passing[column.Index] is ColumnBuffer<TValue> buffer
            ? buffer.Getter(() => _slot)
            : throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}; it cannot be read as {typeof(TValue)}.");
    }

    public override bool MoveNext()
    {
        if (_slot + 1 >= _filled && !ReadAhead())
        {
            _slot = -1;
            return false;
        }
        _slot++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _encoding?.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool ReadAhead()
    {
        (_slot, _filled) = (-1, 0);
        _encoding?.Clear();
        while (!_ended && _filled < _positions.Length)
        {
            if (!_input.MoveNext())
            {
                _ended = true;
                break;
            }
            _positions[_filled] = _input.Position;
            _batches[_filled] = _input.Batch;
            _ids.Read(_filled);
            foreach (ColumnBuffer buffer in _passing.Values)
                buffer.Read(_filled);
            if (_reader is not null)
                _encoding!.Add(_reader.Read());
            _filled++;
        }
        _encoding?.Run();
        return _filled > 0;
    }

    private EncodedValues Current()
    {
        if (_slot < 0)
            throw new InvalidOperationException("The cursor is not on a row; call MoveNext first.");
        return _encoding![_slot];
    }
}
