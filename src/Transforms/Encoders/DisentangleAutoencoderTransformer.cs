using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The transformer fitted by <see cref="DisentangleAutoencoderEstimator"/>: adds the code and, if requested, the reconstruction.
/// </summary>
public sealed class DisentangleAutoencoderTransformer : EncoderTransformer
{
    internal const string Kind = "DisentangleAutoencoder";

    internal DisentangleAutoencoderTransformer(EncoderColumns columns, DisentangleAutoencoderOptions options, TrainingResult result)
        : base(columns, result) => Options = options;

    /// <summary>The training settings.</summary>
    public DisentangleAutoencoderOptions Options { get; }

    internal override SavedModel Save() => Save(Kind, Options);

    internal static DisentangleAutoencoderTransformer Read(SavedModel saved)
    {
        var (columns, options, result) = Read<DisentangleAutoencoderOptions>(saved);
        return new DisentangleAutoencoderTransformer(columns, options, result);
    }
}
