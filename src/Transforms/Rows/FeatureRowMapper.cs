using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>Computes rows one at a time, for a PredictionEngine.</summary>
internal sealed class FeatureRowMapper(FeatureBinding binding) : IRowToRowMapper
{
    public DataViewSchema InputSchema => binding.InputSchema;

    public DataViewSchema OutputSchema => binding.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        binding.Dependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new ComputedRow(binding, input, activeColumns);

    private sealed class ComputedRow : DataViewRow
    {
        private readonly FeatureBinding _binding;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly FeatureReader? _reader;
        private readonly RowSession? _session;
        private long _computedPosition = -1;

        public ComputedRow(FeatureBinding binding, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            _binding = binding;
            _input = input;
            _active = new bool[binding.OutputSchema.Count];
            foreach (DataViewSchema.Column column in activeColumns)
                _active[column.Index] = true;
            if (_active.AsSpan(binding.InputSchema.Count).Contains(true))
            {
                _reader = new FeatureReader(input, binding.Features, binding.Transformer.Input.Shape);
                _session = binding.Transformer.Open(capacity: 1, threads: 1);
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
            return _binding.IsAdded(column)
                ? _binding.Getter<TValue>(column, _session!, Computed)
                : _input.GetGetter<TValue>(_binding.InputSchema[column.Index]);
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

        /// <summary>Computes the row unless already computed, and returns its index in the session.</summary>
        private int Computed()
        {
            if (_computedPosition != _input.Position)
            {
                _session!.Clear();
                _session.Add(_reader!.Read(), _reader.ReadLabel());
                _session.Run();
                _computedPosition = _input.Position;
            }
            return 0;
        }
    }
}
