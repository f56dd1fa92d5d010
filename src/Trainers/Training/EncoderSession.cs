using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Encodes rows with an <see cref="Encoder"/>. One session serves one thread at a time.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="threads">Processor cores to use; 0 for all. Results do not depend on it.</param>
public sealed class EncoderSession(Encoder encoder, int threads = 1) : IDisposable
{
    private readonly ManagedEngine _engine = new(threads);

    /// <summary>
    /// Encodes rows. What comes out for a row depends on that row only, bit for bit, however many are encoded together.
    /// </summary>
    /// <param name="rows">[count x InputSize], row-major.</param>
    /// <param name="embeddings">Receives [count x EmbeddingSize].</param>
    /// <param name="probabilities">Receives the classifier's probabilities [count x ClassCount], or is empty if they are not wanted.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Encode(ReadOnlySpan<float> rows, Span<float> embeddings, Span<float> probabilities = default)
    {
        int count = rows.Length / encoder.InputSize;
        RequireLength(nameof(rows), rows.Length, count * encoder.InputSize);
        RequireLength(nameof(embeddings), embeddings.Length, count * encoder.EmbeddingSize);
        if (!probabilities.IsEmpty)
            RequireLength(nameof(probabilities), probabilities.Length, count * encoder.ClassCount);
        if (count == 0)
            return;

        using IDisposable step = _engine.BeginStep(training: false);
        Tensor embedding = encoder.Layers(_engine, _engine.Constant(new Shape(count, encoder.InputSize), rows))[^1].Output;
        embedding.CopyTo(embeddings);
        if (probabilities.IsEmpty)
            return;

        Tensor logits = encoder.Logits(_engine, embedding);
        if (encoder.LogitCount > 1)
        {
            _engine.Softmax(logits).CopyTo(probabilities);
            return;
        }
        _engine.Activate(logits, Activation.Sigmoid).CopyTo(probabilities[count..]);
        for (int i = 0; i < count; i++)
        {
            float one = probabilities[count + i];
            (probabilities[2 * i], probabilities[2 * i + 1]) = (1 - one, one);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private static void RequireLength(string name, int length, int expected)
    {
        if (length != expected)
            throw new ArgumentException($"{name} has length {length}, expected {expected}.", name);
    }
}
