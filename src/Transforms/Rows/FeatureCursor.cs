using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Reads rows ahead, computes them together and returns them one by one. Columns that pass through are buffered too.</summary>
internal sealed class FeatureCursor : DataViewRowCursor
{
    private const int RowsPerBatch = 256;

    private readonly FeatureBinding _binding;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly Dictionary<int, ColumnBuffer> _passing = [];
    private readonly ColumnBuffer<DataViewRowId> _ids;
    private readonly FeatureReader? _reader;
    private readonly RowSession? _session;
    private readonly long[] _positions;
    private readonly long[] _batches;
    private int _slot = -1;
    private int _filled;
    private bool _ended;

    public FeatureCursor(FeatureBinding binding, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columns, int threads)
    {
        _binding = binding;
        _input = input;
        _active = new bool[binding.OutputSchema.Count];
        foreach (DataViewSchema.Column column in columns)
            _active[column.Index] = true;

        bool computes = _active.AsSpan(binding.InputSchema.Count).Contains(true);
        int capacity = computes ? RowsPerBatch : 1;
        for (int i = 0; i < binding.InputSchema.Count; i++)
        {
            if (_active[i])
                _passing[i] = ColumnBuffer.Create(input, binding.InputSchema[i], capacity);
        }
        _ids = new ScalarColumnBuffer<DataViewRowId>(input.GetIdGetter(), capacity);
        _positions = new long[capacity];
        _batches = new long[capacity];
        if (computes)
        {
            _reader = new FeatureReader(input, binding.Features, binding.Transformer.Input.Shape);
            _session = binding.Transformer.Open(capacity, threads);
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
            return _binding.Getter<TValue>(column, _session!, Slot);
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
            _session?.Dispose();
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool ReadAhead()
    {
        (_slot, _filled) = (-1, 0);
        _session?.Clear();
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
                _session!.Add(_reader.Read(), _reader.ReadLabel());
            _filled++;
        }
        _session?.Run();
        return _filled > 0;
    }

    private int Slot() => _slot >= 0 ? _slot : throw new InvalidOperationException("The cursor is not on a row; call MoveNext first.");
}
