using System.Numerics.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Runs an encoder over some rows and keeps what its columns need. For one thread at a time.</summary>
internal sealed class RowEncoding : IDisposable
{
    private readonly EncodingTransformer _transformer;
    private readonly EncoderSession _session;
    private readonly RowBatch _rows;
    private readonly float[] _embeddings;
    private readonly float[] _probabilities;
    private readonly float[] _reconstructions;

    public RowEncoding(EncodingTransformer transformer, int capacity, int threads)
    {
        _transformer = transformer;
        Encoder encoder = transformer.Encoder;
        _session = new EncoderSession(encoder, threads);
        _rows = new RowBatch(encoder.Input);
        _embeddings = new float[capacity * encoder.EmbeddingSize];
        _probabilities = new float[transformer.Columns.NeedsProbabilities ? capacity * encoder.ClassCount : 0];
        _reconstructions = new float[transformer.Columns.NeedsReconstruction ? capacity * encoder.Input.Width : 0];
    }

    public void Clear() => _rows.Clear();

    public void Add(ReadOnlySpan<float> features) => _rows.Add(features);

    /// <summary>Encodes the rows that were added.</summary>
    public void Run()
    {
        Encoder encoder = _transformer.Encoder;
        Span<float> reconstructions = Part(_reconstructions, encoder.Input.Width);
        _session.Encode(_rows, Part(_embeddings, encoder.EmbeddingSize), Part(_probabilities, encoder.ClassCount), reconstructions);
        // The decoder gives logits where it was trained by cross-entropy.
        if (!reconstructions.IsEmpty && _transformer.ReconstructsByCrossEntropy)
            TensorPrimitives.Sigmoid(reconstructions, reconstructions);
    }

    /// <summary>What came out for a row.</summary>
    public EncodedValues this[int row]
    {
        get
        {
            Encoder encoder = _transformer.Encoder;
            return new EncodedValues(Row(_embeddings, encoder.EmbeddingSize), Row(_probabilities, encoder.ClassCount), Row(_reconstructions, encoder.Input.Width));

            ReadOnlyMemory<float> Row(float[] values, int size) => values.Length == 0 ? default : values.AsMemory(row * size, size);
        }
    }

    public void Dispose() => _session.Dispose();

    private Span<float> Part(float[] values, int size) => values.Length == 0 ? default : values.AsSpan(0, _rows.Count * size);
}
