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

    /// <summary>
    /// For sequences that are padded to a vector of known size: a column (Int32, Int64, UInt32 or Single) with the number of steps that count. Default null: all
    /// steps count, and rows of a vector of unknown size may have different numbers of them.
    /// </summary>
    public string? LengthColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults())
            yield return fault;
        if (Network?.EmbeddingSize > Pieces.MaximumWidth)
            yield return $"The embedding has {Network.EmbeddingSize} values; a model can be saved with at most {Pieces.MaximumWidth}.";
        if (LengthColumnName is not null && Network is not null && Network.StepSize is null)
            yield return $"LengthColumnName is '{LengthColumnName}'; it is for networks that read sequences, and this one reads vectors.";
        if (ScoreColumnName is "")
            yield return "ScoreColumnName is empty; leave it null for no such column.";
        if (PredictedLabelColumnName is "")
            yield return "PredictedLabelColumnName is empty; leave it null for no such column.";
        if (ScoreColumnName is not null && ScoreColumnName == PredictedLabelColumnName)
            yield return $"ScoreColumnName and PredictedLabelColumnName are both '{ScoreColumnName}'; they must differ.";
    }
}
