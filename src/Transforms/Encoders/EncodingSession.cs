using System.Numerics.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Runs an encoder over rows.</summary>
internal sealed class EncodingSession : RowSession
{
    private readonly EncodingTransformer _transformer;
    private readonly EncoderSession _session;
    private readonly float[] _probabilities;

    public EncodingSession(EncodingTransformer transformer, int capacity, int threads) : base(transformer, capacity)
    {
        _transformer = transformer;
        _session = new EncoderSession(transformer.Encoder, threads);
        bool needsOwn = transformer.Columns is { PredictedLabel: not null, Score: null } or { Score: not null, Classes: not null };
        _probabilities = new float[needsOwn ? capacity * transformer.Encoder.ClassCount : 0];
    }

    public override void Run()
    {
        EncoderColumns columns = _transformer.Columns;
        Span<float> probabilities = _probabilities.Length > 0
            ? _probabilities.AsSpan(0, Rows.Count * _transformer.Encoder.ClassCount)
            : Vectors(columns.Score);
        Span<float> reconstructions = Vectors(columns.Reconstruction);
        _session.Encode(Rows, Vectors(columns.Embedding), probabilities, reconstructions);
        if (columns.Score is not null)
            columns.Classes?.Spread(probabilities, Vectors(columns.Score));
        if (columns.PredictedLabel is not null && Rows.Count > 0)
            SetClasses(probabilities, columns.Classes?.Indices);
        // A decoder trained with cross-entropy outputs logits.
        if (!reconstructions.IsEmpty && _transformer.ReconstructsByCrossEntropy)
            TensorPrimitives.Sigmoid(reconstructions, reconstructions);
        if (!reconstructions.IsEmpty)
            _transformer.Encoder.Scaling?.Revert(reconstructions);
    }

    public override void Dispose() => _session.Dispose();
}
