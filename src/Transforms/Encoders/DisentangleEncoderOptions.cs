using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="DisentangleEncoderEstimator"/>.</summary>
public sealed record DisentangleEncoderOptions : EncoderOptions
{
    /// <summary>Creates options with the default settings.</summary>
    public DisentangleEncoderOptions() => BatchSize = 256;

    /// <summary>
    /// The architecture. Default: fully connected layers of 512 and 256, ReLU, and an embedding of 32 values without activation.
    /// </summary>
    public override Network Network { get; init; } = DefaultNetwork(DisentangleEncoderEstimator.Defaults.EmbeddingSize);

    /// <summary>The options passed to a catalog method, or options built from its size and number of epochs.</summary>
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

    private static Objective DefaultObjective { get; } = Objective.CrossEntropy() + Objective.NeighborContrast();

    /// <summary>Without a label column, the default objective loses what needs labels.</summary>
    internal DisentangleEncoderOptions For(string? labelColumnName) =>
        labelColumnName is null && ReferenceEquals(Objective, DefaultObjective)
            ? this with { Objective = Objective.NeighborContrast() } : this;

    /// <summary>
    /// The objective to minimise. Default: cross-entropy and neighbour contrast; without a label column, neighbour contrast alone.
    /// </summary>
    public override Objective Objective { get; init; } = DefaultObjective;

    /// <summary>How features are scaled first. Default: chosen from the data.</summary>
    public override FeatureScaling Scaling { get; init; } = FeatureScaling.Auto;

    /// <summary>
    /// The column for the classifier's probabilities: a vector with one value per class and slots named after the classes (the names are
    /// missing after a plain <c>ml.Model.Load</c>). Default null: none.
    /// </summary>
    public string? ScoreColumnName { get; init; }

    /// <summary>
    /// The column for the most probable class: a key with the label's values if the label is a key, a Boolean if it is a Boolean. Default
    /// null: none.
    /// </summary>
    public string? PredictedLabelColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        IEnumerable<string> names = ColumnNames.Faults(
            (nameof(ScoreColumnName), ScoreColumnName), (nameof(PredictedLabelColumnName), PredictedLabelColumnName));
        foreach (string fault in base.Faults().Concat(names))
            yield return fault;
        if ((ScoreColumnName ?? PredictedLabelColumnName) is not null && Objective is not null
            && !Objective.Needs.HasFlag(LossNeeds.Classifier))
            yield return $"ScoreColumnName and PredictedLabelColumnName need a classifier; Objective ({Objective}) does not train one.";
    }
}
