using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Adds the embedding of each row.</summary>
public abstract class EncoderTransformer : FeatureTransformer
{
    private protected EncoderTransformer(EncoderColumns columns, TrainingResult result)
        : base(new FeatureInput(columns.Input, columns.Length, result.Encoder.Input), 
            [.. columns.Outputs(result.Encoder.EmbeddingSize, result.Encoder.Input.Width)])
    {
        Columns = columns;
        Encoder = result.Encoder;
        History = result.History;
        StopReason = result.StopReason;
        BestEpoch = result.BestEpoch;
        Warnings = result.Warnings;
        ReconstructsByCrossEntropy = result.Objective.Terms.Any(
            term => term.Loss is ReconstructionLoss { Error: ReconstructionError.BinaryCrossEntropy });
    }

    private const string OffsetName = "scaling.offset";
    private const string MatrixName = "scaling.matrix";

    internal EncoderColumns Columns { get; }

    internal bool ReconstructsByCrossEntropy { get; }

    /// <summary>The network with its weights.</summary>
    public Encoder Encoder { get; }

    /// <summary>The losses of every finished epoch.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    /// <summary>Why training stopped.</summary>
    public StopReason StopReason { get; }

    /// <summary>The epoch whose weights the model has, from 1.</summary>
    public int BestEpoch { get; }

    /// <summary>
    /// Problems that did not stop training, one sentence each: a collapsed embedding, unscaled features, classes without rows.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The name of the embedding column.</summary>
    public string OutputColumnName => Columns.Embedding;

    internal override RowSession Open(int capacity, int threads)
    {
        var session = new EncoderSession(Encoder, threads);
        bool buffers = Columns is { PredictedLabel: not null, Score: null } or { Score: not null, Classes: not null };
        var buffer = new float[buffers ? capacity * Encoder.ClassCount : 0];
        return new RowSession(this, capacity, rows => Encode(session, rows, buffer), session);
    }

    /// <param name="session">The session of the encoder.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="buffer">Receives the probabilities if they are not a column; empty if they are.</param>
    private void Encode(EncoderSession session, RowSession rows, float[] buffer)
    {
        Span<float> probabilities = buffer.Length > 0
            ? buffer.AsSpan(0, rows.Batch.Count * Encoder.ClassCount)
            : rows.Vectors(Columns.Score);
        Span<float> reconstructions = rows.Vectors(Columns.Reconstruction);
        session.Encode(rows.Batch, rows.Vectors(Columns.Embedding), probabilities, reconstructions);
        if (Columns.Score is not null)
            Columns.Classes?.Spread(probabilities, rows.Vectors(Columns.Score));
        if (Columns.PredictedLabel is not null)
            rows.SetClasses(probabilities, Columns.Classes?.Indices);
        if (reconstructions.IsEmpty)
            return;
        // A decoder trained with cross-entropy outputs logits.
        if (ReconstructsByCrossEntropy)
            TensorPrimitives.Sigmoid(reconstructions, reconstructions);
        Encoder.Scaling?.Revert(reconstructions);
    }

    private protected SavedModel Save<TOptions>(string kind, TOptions options) where TOptions : EncoderOptions => new(kind, new JsonObject
    {
        ["input"] = Columns.Input,
        ["length"] = Columns.Length,
        ["embedding"] = Columns.Embedding,
        ["score"] = Columns.Score,
        ["predictedLabel"] = Columns.PredictedLabel,
        ["reconstruction"] = Columns.Reconstruction,
        ["labels"] = Columns.Labels?.ToJson(),
        ["classes"] = Columns.Classes is { } classes ? ModelJson.Write(classes.Indices.ToArray()) : null,
        ["inputSize"] = Encoder.Input.Width,
        ["normalized"] = Encoder.NormalizesEmbedding,
        ["scaling"] = Encoder.Scaling?.Kind.ToString(),
        ["components"] = Encoder.Scaling?.OutputSize,
        ["options"] = ModelJson.Write(options),
        ["history"] = ModelJson.Write(History),
        ["stopReason"] = StopReason.ToString(),
        ["bestEpoch"] = BestEpoch,
        ["warnings"] = Warnings.Count == 0 ? null : ModelJson.Write(Warnings.ToArray()),
    }, [.. SavedArray.Of(Encoder.Parameters), .. ScalingArrays(Encoder.Scaling)]);

    private static IEnumerable<SavedArray> ScalingArrays(InputScaling? scaling) => scaling is null ? [] :
    [
        SavedArray.Of(OffsetName, [scaling.Offset.Length], scaling.Offset.ToArray()),
        SavedArray.Of(MatrixName, [scaling.Matrix.Length / scaling.Offset.Length, scaling.Offset.Length], scaling.Matrix.ToArray()),
    ];

    private static InputScaling? ReadScaling(SavedModel saved, int inputSize)
    {
        if (saved.Optional<FeatureScalingKind?>("scaling") is not { } kind)
            return null;
        int rows = kind == FeatureScalingKind.PrincipalComponents ? saved.Setting<int>("components") : 1;
        if (!Enum.IsDefined(kind) || inputSize < 1 || rows < 1)
            throw new InvalidDataException("The model is damaged: its scaling is invalid.");
        return InputScaling.Restore(kind, saved.Singles(OffsetName, inputSize), saved.Singles(MatrixName, (long)rows * inputSize));
    }

    private static OccurringClasses? ReadClasses(SavedModel saved, int count)
    {
        if (saved.Optional<int[]>("classes") is not { } indices)
            return null;
        bool ascend = indices.Zip(indices.Skip(1)).All(pair => pair.First < pair.Second);
        return indices.Length >= 2 && ascend && indices[0] >= 0 && indices[^1] < count
            ? new OccurringClasses(indices, count)
            : throw new InvalidDataException("The model is damaged: its classes are not among its labels.");
    }

    private protected static (EncoderColumns Columns, TOptions Options, TrainingResult Result) Read<TOptions>(SavedModel saved)
        where TOptions : EncoderOptions
    {
        var options = saved.Setting<TOptions>("options");
        if (options is not { Network: { } network, Objective: { } objective })
            throw new InvalidDataException("The model is damaged: it has no network or no objective.");
        SettingFaults.Throw(network.Faults());
        ClassLabels? labels = saved.Optional<JsonObject>("labels") is { } json ? ClassLabels.FromJson(json) : null;
        var columns = new EncoderColumns(saved.Setting<string>("input"), saved.Setting<string>("embedding"))
        {
            Length = saved.Optional<string>("length"),
            Score = saved.Optional<string>("score"),
            PredictedLabel = saved.Optional<string>("predictedLabel"),
            Reconstruction = saved.Optional<string>("reconstruction"),
            Labels = labels,
            Classes = ReadClasses(saved, labels?.Count ?? 0),
        };
        if (labels is null ? (columns.Score ?? columns.PredictedLabel) is not null : labels.Count < 2)
            throw new InvalidDataException("The model is damaged: its labels do not fit its columns.");
        int inputSize = saved.Setting<int>("inputSize");
        InputScaling? scaling = ReadScaling(saved, inputSize);
        var engine = WeightStore.Engine;
        // Models saved before normalisation existed have no entry.
        int classes = columns.Classes?.Indices.Count ?? labels?.Count ?? 0;
        var encoder = new Encoder(engine, network, inputSize, classes, objective.Similarity, seed: 0,
            saved.Optional<bool?>("normalized") ?? false, scaling);
        (saved with { Arrays = [.. saved.Arrays.Where(array => array.Name is not (OffsetName or MatrixName))] })
            .SetParameters(engine, encoder.Parameters);
        if (columns.Reconstruction is not null && !encoder.HasDecoder)
            throw new InvalidDataException("The model is damaged: it has a reconstruction column but no decoder.");
        var result = new TrainingResult(encoder, saved.History(), saved.Setting<StopReason>("stopReason"), saved.Setting<int>("bestEpoch"))
        {
            Objective = objective,
            Warnings = saved.Optional<string[]>("warnings") ?? [],
        };
        return (columns, options, result);
    }
}
