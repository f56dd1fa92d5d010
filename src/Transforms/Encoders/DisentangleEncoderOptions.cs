using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="DisentangleEncoderEstimator"/>.</summary>
public sealed record DisentangleEncoderOptions : EncodingOptions
{
    /// <summary>The defaults.</summary>
    public DisentangleEncoderOptions() => BatchSize = 256;

    /// <summary>The architecture. Default: fully connected layers of 512 and 256, ReLU, and an embedding of 32 without activation.</summary>
    public override Network Network { get; init; } = DefaultNetwork(DisentangleEncoderEstimator.Defaults.EmbeddingSize);

    /// <summary>The options that a catalog method is given, or those that its numbers stand for.</summary>
    internal static DisentangleEncoderOptions Of(DisentangleEncoderOptions? options, int? embeddingSize, int? epochs)
    {
        RequireOneWay(options, embeddingSize, epochs);
        return options ?? new()
        {
            Network = DefaultNetwork(embeddingSize ?? DisentangleEncoderEstimator.Defaults.EmbeddingSize), Epochs = epochs,
        };
    }

    private static MlpNetwork DefaultNetwork(int embeddingSize) =>
        new() { Hidden = [512, 256], Embedding = embeddingSize, EmbeddingActivation = Activation.Identity };

    /// <summary>What is minimised. Default: cross-entropy and the neighbour contrast.</summary>
    public override Objective Objective { get; init; } = Objective.CrossEntropy() + Objective.NeighborContrast();

    /// <summary>How features are scaled before everything else. Default: decided by the data.</summary>
    public override FeatureScaling Scaling { get; init; } = FeatureScaling.Auto;

    /// <summary>
    /// A column for the classifier's probabilities, a vector with one value a class, whose slots are named after the classes; <c>ml.Model.Load</c> alone
    /// gives it without the names. Default null: none.
    /// </summary>
    public string? ScoreColumnName { get; init; }

    /// <summary>
    /// A column for the most probable class: a key with the label's values where the label is a key, a Boolean where it is a Boolean.
    /// Default null: none.
    /// </summary>
    public string? PredictedLabelColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        IEnumerable<string> names = ColumnNames.Faults(
            (nameof(ScoreColumnName), ScoreColumnName), (nameof(PredictedLabelColumnName), PredictedLabelColumnName));
        foreach (string fault in base.Faults().Concat(names))
            yield return fault;
        if ((ScoreColumnName ?? PredictedLabelColumnName) is not null && Objective is not null && !Objective.Needs.HasFlag(LossNeeds.Classifier))
            yield return $"There is no score or predicted label without a classifier, and Objective ({Objective}) trains none.";
    }
}

/// <summary>Settings of <see cref="DisentangleAutoencoderEstimator"/>.</summary>
public sealed record DisentangleAutoencoderOptions : EncodingOptions
{
    /// <summary>The architecture, an autoencoder. Default: <c>Network.MlpAutoencoder(hidden: [500, 500, 2000], embedding: 70)</c>.</summary>
    public override Network Network { get; init; } = DefaultNetwork(DisentangleAutoencoderEstimator.Defaults.EmbeddingSize);

    /// <inheritdoc cref="DisentangleEncoderOptions.Of"/>
    internal static DisentangleAutoencoderOptions Of(DisentangleAutoencoderOptions? options, int? embeddingSize, int? epochs)
    {
        RequireOneWay(options, embeddingSize, epochs);
        return options ?? new()
        {
            Network = DefaultNetwork(embeddingSize ?? DisentangleAutoencoderEstimator.Defaults.EmbeddingSize), Epochs = epochs,
        };
    }

    private static Network DefaultNetwork(int embeddingSize) => Network.MlpAutoencoder([500, 500, 2000], embeddingSize);

    internal static Objective DefaultObjective { get; } = Objective.Reconstruction() + Objective.SoftNearestNeighbor();

    /// <summary>
    /// What is minimised. Default: reconstruction and 100 times the annealed soft nearest neighbour loss; where there is no label column,
    /// reconstruction alone.
    /// </summary>
    public override Objective Objective { get; init; } = DefaultObjective;

    /// <summary>A column for the reconstruction, in the features' size; for vectors only, not for sequences. Default null: none.</summary>
    public string? ReconstructionColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults().Concat(ColumnNames.Faults((nameof(ReconstructionColumnName), ReconstructionColumnName))))
            yield return fault;
        if (Network is not null and not AutoencoderNetwork)
            yield return $"Network is a {Network.GetType().Name}, and no autoencoder; Network.MlpAutoencoder(...) makes one.";
        if (ReconstructionColumnName is not null && Network?.StepSize is not null)
            yield return "ReconstructionColumnName is set, and Network reads sequences, whose reconstruction has no fixed size.";
    }
}

/// <summary>Settings that all encoders share.</summary>
public abstract record EncodingOptions : EncoderTrainingOptions
{
    /// <summary>
    /// For sequences that are padded to a vector of known size: a column (Int32, Int64, UInt32 or Single) with the number of steps that count. Default null:
    /// all steps count, and rows of a vector of unknown size may have different numbers of them.
    /// </summary>
    public string? LengthColumnName { get; init; }

    /// <summary>Rows to validate with, with the same columns. Default null: none but those of <see cref="TrainingOptions.ValidationFraction"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IDataView? ValidationData { get; init; }

    private protected static void RequireOneWay(EncodingOptions? options, int? embeddingSize, int? epochs)
    {
        if (options is not null && (embeddingSize ?? epochs) is not null)
        {
            throw new ArgumentException(
                "There are options as well as embeddingSize or numberOfEpochs; set Network and Epochs in the options instead.", nameof(options));
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults().Concat(ColumnNames.Faults((nameof(LengthColumnName), LengthColumnName))))
            yield return fault;
        if (Network?.EmbeddingSize > Pieces.MaximumWidth)
            yield return $"The embedding has {Network.EmbeddingSize} values; a model can be saved with at most {Pieces.MaximumWidth}.";
        if (LengthColumnName is not null && Network is not null && Network.StepSize is null)
            yield return $"LengthColumnName is '{LengthColumnName}'; it is for networks that read sequences, and this one reads vectors.";
        if (EarlyStopping is not null && ValidationFraction == 0 && ValidationData is null)
            yield return "EarlyStopping needs rows to validate with: set ValidationFraction or ValidationData.";
    }
}
