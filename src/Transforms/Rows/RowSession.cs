using System.Numerics.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Computes the columns of a <see cref="FeatureTransformer"/> for a batch of rows and holds the results. For one thread at a time.
/// </summary>
internal sealed class RowSession : IDisposable
{
    private readonly IReadOnlyList<FeatureOutput> _outputs;
    private readonly Action<RowSession> _compute;
    private readonly IDisposable? _owned;
    private readonly float[][] _vectors;
    private readonly int[] _classes;

    /// <param name="transformer">Its input and outputs are those of the session.</param>
    /// <param name="capacity">The maximum number of rows.</param>
    /// <param name="compute">Reads <see cref="Batch"/>, which has at least one row, and sets vectors and classes.</param>
    /// <param name="owned">Disposed with the session; null for nothing.</param>
    public RowSession(FeatureTransformer transformer, int capacity, Action<RowSession> compute, IDisposable? owned = null)
    {
        (_outputs, _compute, _owned) = (transformer.Outputs, compute, owned);
        Batch = new RowBatch(transformer.Input.Shape);
        _vectors = [.. _outputs.Select(output => new float[capacity * output.Size])];
        _classes = new int[capacity];
    }

    /// <summary>The added rows.</summary>
    public RowBatch Batch { get; }

    public void Clear() => Batch.Clear();

    /// <summary>Adds a row.</summary>
    /// <param name="features">Its features.</param>
    /// <param name="label">Its class, from 0; -1 if it has none or the transformer does not read it.</param>
    public void Add(ReadOnlySpan<float> features, int label = -1) => Batch.Add(features, label);

    /// <summary>Computes the added rows.</summary>
    public void Run()
    {
        if (Batch.Count > 0)
            _compute(this);
    }

    /// <summary>The computed vector of an output for a row.</summary>
    public ReadOnlySpan<float> Vector(int output, int row) => _vectors[output].AsSpan(row * _outputs[output].Size, _outputs[output].Size);

    /// <summary>The computed class of a row, from 0.</summary>
    public int Class(int row) => _classes[row];

    /// <summary>The buffer for the vectors of an output, row by row; empty if the output was not requested.</summary>
    public Span<float> Vectors(string? name)
    {
        for (int i = 0; i < _outputs.Count; i++)
        {
            if (name is not null && _outputs[i].Name == name)
                return _vectors[i].AsSpan(0, Batch.Count * _outputs[i].Size);
        }
        return default;
    }

    /// <summary>Sets the class of a row.</summary>
    public void SetClass(int row, int value) => _classes[row] = value;

    /// <summary>Sets the class of every row to that of its highest score; the first of equal scores wins.</summary>
    /// <param name="scores">[rows x classes].</param>
    /// <param name="indices">The class of each score; null for 0, 1, ...</param>
    public void SetClasses(ReadOnlySpan<float> scores, IReadOnlyList<int>? indices = null)
    {
        int classes = scores.Length / Batch.Count;
        for (int row = 0; row < Batch.Count; row++)
        {
            int greatest = TensorPrimitives.IndexOfMax(scores.Slice(row * classes, classes));
            _classes[row] = indices?[greatest] ?? greatest;
        }
    }

    public void Dispose() => _owned?.Dispose();
}
