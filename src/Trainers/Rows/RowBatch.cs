using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A batch of concatenated rows, the input of a network. Its memory is reused for the next rows.</summary>
public sealed class RowBatch : ITrainingBatch
{
    private readonly InputShape _shape;
    private float[] _values = [];
    private int[] _lengths = [];
    private int[] _labels = [];
    private int _used;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="shape">The shape of the rows.</param>
    public RowBatch(InputShape shape) => _shape = shape;

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The number of pairs: row i and row i + PairCount belong together; 0 for unpaired rows.</summary>
    internal int PairCount { get; set; }

    /// <summary>Removes all rows.</summary>
    public void Clear() => (Count, _used, PairCount) = (0, 0, 0);

    /// <summary>The features, row by row.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, _used);

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
        if (_values.Length < _used + features.Length)
            Array.Resize(ref _values, Math.Max(_used + features.Length, 2 * _values.Length));
        if (_lengths.Length == Count)
        {
            Array.Resize(ref _lengths, Math.Max(16, 2 * Count));
            Array.Resize(ref _labels, _lengths.Length);
        }
        features.CopyTo(_values.AsSpan(_used));
        _labels[Count] = label;
        _lengths[Count++] = features.Length / _shape.Width;
        _used += features.Length;
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
        Count = other.Count;
        return _values.AsSpan(0, _used);
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, length);
    }

    internal NetworkInput ToInput(Engine engine) => new(
        engine.Constant(new Shape(_used / _shape.Width, _shape.Width), _values.AsSpan(0, _used)),
        _shape.IsSequence ? _lengths.AsMemory(0, Count) : default);
}
