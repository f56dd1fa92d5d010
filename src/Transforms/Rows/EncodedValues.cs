using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>What the encoder gave for one row.</summary>
/// <param name="Embedding">The embedding.</param>
/// <param name="Probabilities">One a class; empty where they were not asked for.</param>
/// <param name="Reconstruction">As many as features; empty where it was not asked for.</param>
internal readonly record struct EncodedValues(ReadOnlyMemory<float> Embedding, ReadOnlyMemory<float> Probabilities, ReadOnlyMemory<float> Reconstruction)
{
    /// <summary>The index of the most probable class, the first of equals.</summary>
    public int PredictedClass => TensorPrimitives.IndexOfMax(Probabilities.Span);

    public static ValueGetter<VBuffer<float>> VectorGetter(Func<ReadOnlyMemory<float>> current) => (ref VBuffer<float> destination) =>
        Fill(ref destination, current().Span);

    public static void Fill(ref VBuffer<float> destination, ReadOnlySpan<float> values)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref destination, values.Length);
        values.CopyTo(editor.Values);
        destination = editor.Commit();
    }
}
