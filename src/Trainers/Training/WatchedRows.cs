using System.Runtime.InteropServices;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Rows that are read again in every pass. Warns if a pass returns different rows than the first one, and keeps the first rows for checks.
/// </summary>
internal sealed class WatchedRows(IRowSource rows, TrainingWarnings warnings) : IRowSource
{
    private (long Rows, int Hash)? _first;

    /// <summary>The first rows of the first pass.</summary>
    public RowStore Sample { get; } = new();

    public IRowCursor Open() => new Cursor(this, rows.Open());

    private void Finish(long count, int hash)
    {
        _first ??= (count, hash);
        if (_first == (count, hash))
            return;
        warnings.Add("The rows changed between two passes over the data"
            + (count == _first.Value.Rows ? ". " : $": there were {_first.Value.Rows}, and then {count}. ")
            + "Validation and checkpoints rely on row numbers; use a source that always returns the same rows in the same order, "
            + "or CacheInMemory.");
    }

    private sealed class Cursor(WatchedRows watched, IRowCursor cursor) : IRowCursor
    {
        private readonly bool _isFirst = watched._first is null && watched.Sample.Count == 0;
        private float[] _features = [];
        private int _length;
        private int _label;
        private long _count;
        private int _hash;

        public ReadOnlySpan<float> ReadFeatures() => _features.AsSpan(0, _length);

        public int ReadLabel() => _label;

        public bool MoveNext()
        {
            if (!cursor.MoveNext())
            {
                watched.Finish(_count, _hash);
                return false;
            }
            ReadOnlySpan<float> features = cursor.ReadFeatures();
            if (_features.Length < features.Length)
                _features = new float[features.Length];
            features.CopyTo(_features);
            (_length, _label) = (features.Length, cursor.ReadLabel());
            var hash = new HashCode();
            hash.Add(_label);
            hash.AddBytes(MemoryMarshal.AsBytes(features));
            _hash = HashCode.Combine(_hash, hash.ToHashCode());
            if (_isFirst && _count < TrainingChecks.SampleSize && features.Length > 0)
                features.CopyTo(watched.Sample.Add(_label, features.Length));
            _count++;
            return true;
        }

        public void Dispose() => cursor.Dispose();
    }
}
