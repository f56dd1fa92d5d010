using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="GaussianMixtureTrainer"/>.</summary>
public sealed record GaussianMixtureOptions : GaussianMixtureSettings
{
    /// <summary>The features: a vector of Single of known size. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = GaussianMixtureTrainer.Defaults.FeatureColumnName;

    /// <summary>How often each row counts: a Single, 0 or more. Needed to fit only. Default null: once.</summary>
    public string? ExampleWeightColumnName { get; init; }

    /// <summary>
    /// A column for the log-density log p(x) of the row, in nats, a Single: the lower, the less the row is like those it was fitted to. Default null: none.
    /// </summary>
    public string? LogDensityColumnName { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults())
            yield return fault;
        if (string.IsNullOrWhiteSpace(FeatureColumnName))
            yield return "FeatureColumnName is empty; name the column of features.";
        if (ExampleWeightColumnName is not null && string.IsNullOrWhiteSpace(ExampleWeightColumnName))
            yield return "ExampleWeightColumnName is empty; leave it null for no such column.";
        if (LogDensityColumnName is not null && string.IsNullOrWhiteSpace(LogDensityColumnName))
            yield return "LogDensityColumnName is empty; leave it null for no such column.";
        if (LogDensityColumnName is GaussianMixtureTrainer.PredictedLabelColumnName or GaussianMixtureTrainer.ScoreColumnName)
            yield return $"LogDensityColumnName is '{LogDensityColumnName}', which is the name of another output.";
    }
}
