using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="GaussianMixtureTrainer"/>.</summary>
public sealed record GaussianMixtureOptions : GaussianMixtureSettings
{
    /// <summary>The features: a vector of Single of known size. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = GaussianMixtureTrainer.Defaults.FeatureColumnName;

    /// <summary>The weight of each row: a Single, 0 or more. Only needed to fit. Default null: every row has weight 1.</summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>
    /// The column for the log-density log p(x) of the row, in nats, a Single: the lower, the less typical the row. Default null: none.
    /// </summary>
    public string? LogDensityColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults())
            yield return fault;
        if (string.IsNullOrWhiteSpace(FeatureColumnName))
            yield return "FeatureColumnName is empty; set it to the feature column.";
        if (ExampleWeightColumnName is not null && string.IsNullOrWhiteSpace(ExampleWeightColumnName))
            yield return "ExampleWeightColumnName is empty; set it to null to omit the column.";
        if (LogDensityColumnName is not null && string.IsNullOrWhiteSpace(LogDensityColumnName))
            yield return "LogDensityColumnName is empty; set it to null to omit the column.";
        if (LogDensityColumnName is GaussianMixtureTrainer.PredictedLabelColumnName or GaussianMixtureTrainer.ScoreColumnName)
            yield return $"LogDensityColumnName is '{LogDensityColumnName}', which is also the name of another output column.";
    }
}
