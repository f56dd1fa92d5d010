using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The transformer fitted by <see cref="DisentangleEncoderEstimator"/>: adds the embedding and, if requested, the classifier's
/// probabilities and prediction.
/// </summary>
public sealed class DisentangleEncoderTransformer : EncoderTransformer
{
    internal const string Kind = "DisentangleEncoder";

    internal DisentangleEncoderTransformer(EncoderColumns columns, DisentangleEncoderOptions options, TrainingResult result)
        : base(columns, result) => Options = options;

    /// <summary>The training settings.</summary>
    public DisentangleEncoderOptions Options { get; }

    internal override SavedModel Save() => Save(Kind, Options);

    internal static DisentangleEncoderTransformer Read(SavedModel saved)
    {
        var (columns, options, result) = Read<DisentangleEncoderOptions>(saved);
        return new DisentangleEncoderTransformer(columns, options, result);
    }
}
