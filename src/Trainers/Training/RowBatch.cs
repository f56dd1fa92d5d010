using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Some rows, one behind the other, as a network takes them. Its memory is used again for the next rows.</summary>
public sealed class RowBatch : ITrainingBatch
{
    private readonly InputShape _shape;
    private float[] _values = [];
    private int[] _lengths = [];
    private int[] _labels = [];
    private int _used;

    /// <summary>An empty batch.</summary>
    /// <param name="shape">What the rows look like.</param>
    public RowBatch(InputShape shape) => _shape = shape;

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The number of pairs: row i and row i + PairCount belong together; 0 for rows without partners.</summary>
    internal int PairCount { get; set; }

    /// <summary>Takes all rows out.</summary>
    public void Clear() => (Count, _used, PairCount) = (0, 0, 0);

    /// <summary>The features, row after row.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, _used);

    /// <summary>The class of each row; -1 where it has none.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>Adds a row.</summary>
    /// <param name="features">Its features.</param>
    /// <param name="label">Its class, or -1 for none.</param>
    /// <exception cref="ArgumentException">Its length does not fit the shape; the message says why.</exception>
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

    /// <summary>Fills another batch with these rows, scaled.</summary>
    internal RowBatch ScaleInto(RowBatch scaled, InputScaling scaling)
    {
        scaled.Clear();
        Grow(ref scaled._values, _used / _shape.Width * scaling.OutputSize);
        Grow(ref scaled._lengths, Count);
        Grow(ref scaled._labels, Count);
        scaled._used = _used / _shape.Width * scaling.OutputSize;
        scaling.Apply(Values, scaled._values.AsSpan(0, scaled._used));
        _lengths.AsSpan(0, Count).CopyTo(scaled._lengths);
        Labels.CopyTo(scaled._labels);
        scaled.Count = Count;
        return scaled;
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

/// <summary>What a row of features looks like.</summary>
/// <param name="Width">The number of features in a row, or in a step of a sequence.</param>
/// <param name="IsSequence">Whether a row is a sequence of one or more steps.</param>
public readonly record struct InputShape(int Width, bool IsSequence)
{
    /// <summary>For example <c>vectors of 784 features</c>.</summary>
    public override string ToString() => IsSequence ? $"sequences of steps with {Width} values" : $"vectors of {Width} features";

    /// <summary>What is wrong with a row of that many features, as the end of a sentence; null if nothing is.</summary>
    public string? Fault(int length) => (IsSequence, length) switch
    {
        (false, _) when length != Width => $"{length} values; the model was trained on {Width}.",
        (true, 0) => "no steps; a sequence needs at least one.",
        (true, _) when length % Width != 0 => $"{length} values; they do not divide into steps of {Width}.",
        _ => null,
    };
}
