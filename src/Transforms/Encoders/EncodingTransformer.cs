using System.Text.Json.Nodes;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Adds the embedding of each row.</summary>
public abstract class EncodingTransformer : FeatureTransformer
{
    private protected EncodingTransformer(EncoderColumns columns, EncodingOptions options, TrainingResult result)
        : base(new FeatureInput(columns.Input, columns.Length, result.Encoder.Input), [.. columns.Added(result.Encoder)])
    {
        Columns = columns;
        Encoder = result.Encoder;
        History = result.History;
        StopReason = result.StopReason;
        BestEpoch = result.BestEpoch;
        ReconstructsByCrossEntropy = options.Objective.Terms.Any(term => term.Loss is ReconstructionLoss { Error: ReconstructionError.BinaryCrossEntropy });
    }

    private const string OffsetName = "scaling.offset";
    private const string MatrixName = "scaling.matrix";

    internal EncoderColumns Columns { get; }

    internal bool ReconstructsByCrossEntropy { get; }

    /// <summary>The network with its weights.</summary>
    public Encoder Encoder { get; }

    /// <summary>What the losses were in every epoch.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    /// <summary>Why training ended.</summary>
    public StopReason StopReason { get; }

    /// <summary>The epoch whose weights it has, from 1.</summary>
    public int BestEpoch { get; }

    /// <summary>The column of the embedding.</summary>
    public string OutputColumnName => Columns.Embedding;

    internal override RowSession Open(int capacity, int threads) => new EncodingSession(this, capacity, threads);

    private protected SavedModel Save<TOptions>(string kind, TOptions options) where TOptions : EncodingOptions => new(kind, new JsonObject
    {
        ["input"] = Columns.Input,
        ["length"] = Columns.Length,
        ["embedding"] = Columns.Embedding,
        ["score"] = Columns.Score,
        ["predictedLabel"] = Columns.PredictedLabel,
        ["reconstruction"] = Columns.Reconstruction,
        ["labels"] = Columns.Labels?.ToJson(),
        ["inputSize"] = Encoder.Input.Width,
        ["normalized"] = Encoder.NormalizesEmbedding,
        ["scaling"] = Encoder.Scaling?.Kind.ToString(),
        ["options"] = ModelJson.Write(options),
        ["history"] = ModelJson.Write(History),
        ["stopReason"] = StopReason.ToString(),
        ["bestEpoch"] = BestEpoch,
    }, [.. SavedArray.Of(Encoder.Parameters), .. ScalingArrays(Encoder.Scaling)]);

    private static IEnumerable<SavedArray> ScalingArrays(InputScaling? scaling) => scaling is null ? [] :
    [
        SavedArray.Of(OffsetName, [scaling.Offset.Length], scaling.Offset.ToArray()),
        SavedArray.Of(MatrixName, [scaling.Matrix.Length / scaling.Offset.Length, scaling.Offset.Length], scaling.Matrix.ToArray()),
    ];

    private protected static (EncoderColumns Columns, TOptions Options, TrainingResult Result) Read<TOptions>(SavedModel saved) where TOptions : EncodingOptions
    {
        JsonObject header = saved.Header;
        TOptions options = ModelJson.Read<TOptions>(header["options"]);
        ClassLabels? labels = header["labels"] is JsonObject json ? ClassLabels.FromJson(json) : null;
        // Models from before there was scaling or normalisation have neither entry.
        InputScaling? scaling = (string?)header["scaling"] is { } kind
            ? InputScaling.Restore(Enum.Parse<FeatureScalingKind>(kind), saved.Array(OffsetName).Singles(), saved.Array(MatrixName).Singles())
            : null;
        using var engine = new ManagedEngine(threads: 1);
        var encoder = new Encoder(engine, options.Network, (int)header["inputSize"]!, labels?.Count ?? 0, options.Objective.Similarity, seed: 0,
            (bool?)header["normalized"] ?? false, scaling);
        (saved with { Arrays = [.. saved.Arrays.Take(encoder.Parameters.Count)] }).SetParameters(engine, encoder.Parameters);
        var columns = new EncoderColumns((string)header["input"]!, (string?)header["length"], (string)header["embedding"]!, (string?)header["score"],
            (string?)header["predictedLabel"], (string?)header["reconstruction"], labels);
        var result = new TrainingResult(encoder, ModelJson.Read<IReadOnlyList<TrainingProgress>>(header["history"]),
            Enum.Parse<StopReason>((string)header["stopReason"]!), (int)header["bestEpoch"]!);
        return (columns, options, result);
    }
}

/// <summary>What <see cref="DisentangleEncoderEstimator"/> fits: the embedding, and on demand the classifier's probabilities and prediction.</summary>
public sealed class DisentangleEncoderTransformer : EncodingTransformer
{
    internal const string Kind = "DisentangleEncoder";

    internal DisentangleEncoderTransformer(EncoderColumns columns, DisentangleEncoderOptions options, TrainingResult result) : base(columns, options, result) =>
        Options = options;

    /// <summary>The settings it was trained with.</summary>
    public DisentangleEncoderOptions Options { get; }

    internal override SavedModel Save() => Save(Kind, Options);

    internal static DisentangleEncoderTransformer Read(SavedModel saved)
    {
        var (columns, options, result) = Read<DisentangleEncoderOptions>(saved);
        return new DisentangleEncoderTransformer(columns, options, result);
    }
}

/// <summary>What <see cref="DisentangleAutoencoderEstimator"/> fits: the code, and on demand the reconstruction.</summary>
public sealed class DisentangleAutoencoderTransformer : EncodingTransformer
{
    internal const string Kind = "DisentangleAutoencoder";

    internal DisentangleAutoencoderTransformer(EncoderColumns columns, DisentangleAutoencoderOptions options, TrainingResult result)
        : base(columns, options, result) => Options = options;

    /// <summary>The settings it was trained with.</summary>
    public DisentangleAutoencoderOptions Options { get; }

    internal override SavedModel Save() => Save(Kind, Options);

    internal static DisentangleAutoencoderTransformer Read(SavedModel saved)
    {
        var (columns, options, result) = Read<DisentangleAutoencoderOptions>(saved);
        return new DisentangleAutoencoderTransformer(columns, options, result);
    }
}
