using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="DisentangleEncoderEstimator"/>.</summary>
public sealed record DisentangleEncoderOptions : TrainingOptions
{
    /// <summary>A column for the classifier's probabilities, a vector with one value a class. Default null: none.</summary>
    public string? ScoreColumnName { get; init; }

    /// <summary>
    /// A column for the most probable class: a key with the label's values where the label is a key, a Boolean where it is a Boolean.
    /// Default null: none.
    /// </summary>
    public string? PredictedLabelColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults())
            yield return fault;
        if (Network?.EmbeddingSize > Pieces.MaximumWidth)
            yield return $"The embedding has {Network.EmbeddingSize} values; a model can be saved with at most {Pieces.MaximumWidth}.";
        if (ScoreColumnName is "")
            yield return "ScoreColumnName is empty; leave it null for no such column.";
        if (PredictedLabelColumnName is "")
            yield return "PredictedLabelColumnName is empty; leave it null for no such column.";
        if (ScoreColumnName is not null && ScoreColumnName == PredictedLabelColumnName)
            yield return $"ScoreColumnName and PredictedLabelColumnName are both '{ScoreColumnName}'; they must differ.";
    }
}
