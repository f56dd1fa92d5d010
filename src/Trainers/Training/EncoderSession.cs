using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Encodes rows with an <see cref="Encoder"/>. One session serves one thread at a time.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="threads">Processor cores to use; 0 for all. Results do not depend on it.</param>
public sealed class EncoderSession(Encoder encoder, int threads = 1) : IDisposable
{
    private readonly ManagedEngine _engine = new(threads);
    private readonly RowBatch _single = new(encoder.Input);

    /// <summary>Encodes one row.</summary>
    /// <param name="row">Its features.</param>
    /// <param name="embedding">Receives [EmbeddingSize].</param>
    /// <param name="probabilities">Receives the classifier's probabilities [ClassCount], or is empty if they are not wanted.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<float> embedding, Span<float> probabilities = default)
    {
        _single.Clear();
        _single.Add(row);
        Encode(_single, embedding, probabilities);
    }

    /// <summary>
    /// Encodes rows. What comes out for a row depends on that row only, bit for bit, however many are encoded together.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="embeddings">Receives [rows x EmbeddingSize].</param>
    /// <param name="probabilities">Receives the classifier's probabilities [rows x ClassCount], or is empty if they are not wanted.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Encode(RowBatch rows, Span<float> embeddings, Span<float> probabilities = default)
    {
        int count = rows.Count;
        RequireLength(nameof(embeddings), embeddings.Length, count * encoder.EmbeddingSize);
        if (!probabilities.IsEmpty)
            RequireLength(nameof(probabilities), probabilities.Length, count * encoder.ClassCount);
        if (count == 0)
            return;

        using IDisposable step = _engine.BeginStep(training: false);
        Tensor embedding = encoder.Layers(_engine, rows.ToInput(_engine))[^1].Output;
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
