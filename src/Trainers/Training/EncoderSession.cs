using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Encodes rows with an <see cref="Encoder"/>. One session serves one thread at a time.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="threads">Processor cores to use; 0 for all. Results do not depend on it.</param>
public sealed class EncoderSession(Encoder encoder, int threads = 1) : IDisposable
{
    private readonly ManagedEngine _engine = new(threads);
    private readonly RowBatch _single = new(encoder.Input);
    private readonly RowBatch _scaled = new(encoder.ScaledInput);

    /// <summary>Encodes one row.</summary>
    /// <param name="row">Its features.</param>
    /// <param name="embedding">Receives [EmbeddingSize].</param>
    /// <param name="probabilities">Receives the classifier's probabilities [ClassCount], or empty if not needed.</param>
    /// <param name="reconstruction">Receives the reconstruction, as many values as the row, or empty if not needed.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<float> embedding, Span<float> probabilities = default, Span<float> reconstruction =
        default)
    {
        _single.Clear();
        _single.Add(row);
        Encode(_single, embedding, probabilities, reconstruction);
    }

    /// <summary>
    /// Encodes rows. The result for a row depends only on that row, bit for bit, whatever the number of rows encoded together.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="embeddings">Receives [rows x EmbeddingSize].</param>
    /// <param name="probabilities">Receives the classifier's probabilities [rows x ClassCount], or empty if not needed.</param>
    /// <param name="reconstructions">Receives the reconstructions in the shape of the rows' features, or empty if not needed.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    /// <exception cref="InvalidOperationException">
    /// Probabilities are requested from an encoder without a classifier, or reconstructions from one without a decoder.
    /// </exception>
    public void Encode(RowBatch rows, Span<float> embeddings, Span<float> probabilities = default, Span<float> reconstructions = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int count = rows.Count;
        RequireLength(nameof(embeddings), embeddings.Length, count * encoder.EmbeddingSize);
        if (count == 0)
            return;

        using IDisposable step = _engine.BeginStep(training: false);
        NetworkInput input = Scaled(rows).ToInput(_engine);
        Tensor embedding = encoder.Forward(_engine, input)[^1].Output;
        embedding.CopyTo(embeddings);
        if (!probabilities.IsEmpty)
            WriteProbabilities(embedding, count, probabilities);
        if (!reconstructions.IsEmpty)
        {
            RequireLength(nameof(reconstructions), reconstructions.Length, rows.Values.Length);
            if (encoder.Module is not AutoencoderModule autoencoder)
                throw new InvalidOperationException("The network is not an autoencoder, so it has no reconstruction.");
            autoencoder.Decode(_engine, embedding, input).Output.CopyTo(reconstructions);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private RowBatch Scaled(RowBatch rows)
    {
        if (encoder.Scaling is not { } scaling)
            return rows;
        scaling.Apply(rows.Values, _scaled.CopyFrom(rows));
        return _scaled;
    }

    private void WriteProbabilities(Tensor embedding, int count, Span<float> probabilities)
    {
        RequireLength(nameof(probabilities), probabilities.Length, count * encoder.ClassCount);
        if (encoder.Classifier is not { } classifier)
            throw new InvalidOperationException("The encoder has no classifier, so it has no probabilities.");
        Tensor values = classifier.Probabilities(_engine, embedding);
        if (classifier.LogitCount > 1)
        {
            values.CopyTo(probabilities);
            return;
        }
        values.CopyTo(probabilities[count..]);
        for (int i = 0; i < count; i++)
        {
            float one = probabilities[count + i];
            (probabilities[2 * i], probabilities[2 * i + 1]) = (1 - one, one);
        }
    }

    private static void RequireLength(string name, int length, int expected)
    {
        if (length != expected)
            throw new ArgumentException($"{name} has length {length}; expected {expected}.", name);
    }
}
