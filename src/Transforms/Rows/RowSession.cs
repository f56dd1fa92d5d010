using System.Numerics.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Computes the columns of a <see cref="FeatureTransformer"/> for a batch of rows and holds the results. For one thread at a time.
/// </summary>
internal abstract class RowSession : IDisposable
{
    private readonly IReadOnlyList<FeatureOutput> _outputs;
    private readonly float[][] _vectors;
    private readonly int[] _classes;

    protected RowSession(FeatureTransformer transformer, int capacity)
    {
        _outputs = transformer.Outputs;
        Rows = new RowBatch(transformer.Input.Shape);
        _vectors = [.. _outputs.Select(output => new float[capacity * output.Size])];
        _classes = new int[capacity];
    }

    /// <summary>The added rows.</summary>
    protected RowBatch Rows { get; }

    public void Clear() => Rows.Clear();

    /// <summary>Adds a row.</summary>
    /// <param name="features">Its features.</param>
    /// <param name="label">Its class, from 0; -1 if it has none or the transformer does not read it.</param>
    public void Add(ReadOnlySpan<float> features, int label = -1) => Rows.Add(features, label);

    /// <summary>Computes the added rows.</summary>
    public abstract void Run();

    /// <summary>The computed vector of an output for a row.</summary>
    public ReadOnlySpan<float> Vector(int output, int row) => _vectors[output].AsSpan(row * _outputs[output].Size, _outputs[output].Size);

    /// <summary>The computed class of a row, from 0.</summary>
    public int Class(int row) => _classes[row];

    public virtual void Dispose() { }

    /// <summary>The buffer for the vectors of an output, row by row; empty if the output was not requested.</summary>
    protected Span<float> Vectors(string? name)
    {
        for (int i = 0; i < _outputs.Count; i++)
        {
            if (name is not null && _outputs[i].Name == name)
                return _vectors[i].AsSpan(0, Rows.Count * _outputs[i].Size);
        }
        return default;
    }

    /// <summary>Sets the class of a row.</summary>
    protected void SetClass(int row, int value) => _classes[row] = value;

    /// <summary>Sets the class of every row to that of its highest score; the first of equal scores wins.</summary>
    /// <param name="scores">[rows x classes].</param>
    /// <param name="indices">The class of each score; null for 0, 1, ...</param>
    protected void SetClasses(ReadOnlySpan<float> scores, IReadOnlyList<int>? indices = null)
    {
        int classes = scores.Length / Rows.Count;
        for (int row = 0; row < Rows.Count; row++)
        {
            int greatest = TensorPrimitives.IndexOfMax(scores.Slice(row * classes, classes));
            _classes[row] = indices?[greatest] ?? greatest;
        }
    }
}
