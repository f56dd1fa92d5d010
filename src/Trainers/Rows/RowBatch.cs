using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A batch of concatenated rows, the input of a network. Its memory is reused for the next rows.</summary>
public sealed class RowBatch : ITrainingBatch<RowBatch>
{
    private readonly InputShape _shape;
    private readonly DeviceRows? _device;
    private float[] _values = [];
    private int[] _lengths = [];
    private int[] _labels = [];
    private int _used;
    // The store on the device that all rows come from, and their indices there; null if there is none. Features are read on demand then.
    private RowStore? _store;
    private int[] _indices = [];
    private int _read;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="shape">The shape of the rows.</param>
    public RowBatch(InputShape shape) : this(shape, device: null)
    {
    }

    /// <summary>Creates an empty batch.</summary>
    /// <param name="shape">The shape of the rows.</param>
    /// <param name="device">The rows that need not be uploaded; null for none.</param>
    internal RowBatch(InputShape shape, DeviceRows? device) => (_shape, _device) = (shape, device);

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The number of pairs: row i and row i + PairCount belong together; 0 for unpaired rows.</summary>
    internal int PairCount { get; set; }

    /// <summary>Removes all rows.</summary>
    public void Clear() => (Count, _used, _read, PairCount, _store) = (0, 0, 0, 0, null);

    /// <summary>The features, row by row.</summary>
    public ReadOnlySpan<float> Values
    {
        get
        {
            ReadFeatures();
            return _values.AsSpan(0, _used);
        }
    }

    /// <summary>The class of each row; -1 if it has none.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Adds a row.</summary>
    /// <param name="features">Its features.</param>
    /// <param name="label">Its class, or -1 for none.</param>
    /// <exception cref="ArgumentException">The number of features does not match the shape.</exception>
    public void Add(ReadOnlySpan<float> features, int label = -1)
    {
        if (_shape.Fault(features.Length) is { } fault)
            throw new ArgumentException($"The row has {fault}", nameof(features));
        ReadFeatures();
        _store = null;
        if (_values.Length < _used + features.Length)
            Array.Resize(ref _values, Math.Max(_used + features.Length, 2 * _values.Length));
        features.CopyTo(_values.AsSpan(_used));
        Append(features.Length, label);
        _read++;
    }

    /// <summary>Adds a row of a store. Its features are not copied if it is on the device.</summary>
    internal void Add(RowStore rows, int row)
    {
        ReadOnlySpan<float> features = rows.Features(row);
        if (_device?.Of(rows) is null || (Count > 0 && _store != rows))
        {
            Add(features, rows.Label(row));
            return;
        }
        _store = rows;
        if (_indices.Length == Count)
            Array.Resize(ref _indices, Math.Max(16, 2 * Count));
        _indices[Count] = row;
        Append(features.Length, rows.Label(row));
    }

    /// <summary>
    /// Replaces the rows by those of another batch, without their features. Returns the memory for the features, in the width of this
    /// batch.
    /// </summary>
    internal Span<float> CopyFrom(RowBatch other)
    {
        Clear();
        _used = other._used / other._shape.Width * _shape.Width;
        Grow(ref _values, _used);
        Grow(ref _lengths, other.Count);
        Grow(ref _labels, other.Count);
        other._lengths.AsSpan(0, other.Count).CopyTo(_lengths);
        other.Labels.CopyTo(_labels);
        Count = _read = other.Count;
        return _values.AsSpan(0, _used);
    }

    void ITrainingBatch<RowBatch>.Exchange(RowBatch other) => Exchange(other);

    /// <summary>Exchanges the rows, and the memory they occupy, with another batch of the same shape.</summary>
    internal void Exchange(RowBatch other)
    {
        (_values, other._values) = (other._values, _values);
        (_lengths, other._lengths) = (other._lengths, _lengths);
        (_labels, other._labels) = (other._labels, _labels);
        (_indices, other._indices) = (other._indices, _indices);
        (_store, other._store) = (other._store, _store);
        (_used, other._used) = (other._used, _used);
        (_read, other._read) = (other._read, _read);
        (Count, other.Count) = (other.Count, Count);
        (PairCount, other.PairCount) = (other.PairCount, PairCount);
    }

    private void Append(int length, int label)
    {
        if (_lengths.Length == Count)
        {
            Array.Resize(ref _lengths, Math.Max(16, 2 * Count));
            Array.Resize(ref _labels, _lengths.Length);
        }
        _labels[Count] = label;
        _lengths[Count++] = length / _shape.Width;
        _used += length;
    }

    /// <summary>Copies the features of rows that only their store holds so far.</summary>
    private void ReadFeatures()
    {
        Grow(ref _values, _used);
        for (; _read < Count; _read++)
            _store!.Features(_indices[_read]).CopyTo(_values.AsSpan(_read * _shape.Width));
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, length);
    }

    internal NetworkInput ToInput(Engine engine) => new(
        _store is null
            ? engine.Constant(new Shape(_used / _shape.Width, _shape.Width), Values)
            : engine.GatherRows(engine.Detach(_device!.Of(_store)!), _indices.AsSpan(0, Count)),
        _shape.IsSequence ? _lengths.AsMemory(0, Count) : default);
}
