using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Encodes rows one by one, for a PredictionEngine.</summary>
internal sealed class EncodedRowMapper(EncoderBinding binding) : IRowToRowMapper
{
    public DataViewSchema InputSchema => binding.InputSchema;

    public DataViewSchema OutputSchema => binding.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => binding.Dependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new EncodedRow(binding, input, activeColumns);

    private sealed class EncodedRow : DataViewRow
    {
        private readonly EncoderBinding _binding;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly FeatureReader? _reader;
        private readonly RowEncoding? _encoding;
        private long _encodedPosition = -1;

        public EncodedRow(EncoderBinding binding, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            _binding = binding;
            _input = input;
            _active = new bool[binding.OutputSchema.Count];
            foreach (DataViewSchema.Column column in activeColumns)
                _active[column.Index] = true;
            if (_active.AsSpan(binding.InputSchema.Count).Contains(true))
            {
                _reader = new FeatureReader(input, binding.Features, binding.Encoder.Input);
                _encoding = new RowEncoding(binding.Transformer, capacity: 1, threads: 1);
            }
        }

        public override DataViewSchema Schema => _binding.OutputSchema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"Column '{column.Name}' is not active in this row.");
            return _binding.IsAdded(column) ? _binding.Getter<TValue>(column, Current) : _input.GetGetter<TValue>(_binding.InputSchema[column.Index]);
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

        private EncodedValues Current()
        {
            if (_encodedPosition != _input.Position)
            {
                _encoding!.Clear();
                _encoding.Add(_reader!.Read());
                _encoding.Run();
                _encodedPosition = _input.Position;
            }
            return _encoding![0];
        }
    }
}
