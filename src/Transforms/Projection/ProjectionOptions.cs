using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="ProjectionEstimator"/>.</summary>
public sealed record ProjectionOptions
{
    /// <summary>The number of nearest rows to keep near each row on the map. At least 1. Default 15.</summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>Passes over the neighbours of all rows. At least 1. Default null: 500, or 200 for more than 10,000 rows.</summary>
    public int? Epochs { get; init; }

    /// <summary>The seed; the same seed gives the same map on any number of cores. Default null: taken from the MLContext.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// How features are scaled before rows are compared. Of more than 50 scaled features, the first 50 principal components are compared.
    /// Default: chosen from the data.
    /// </summary>
    public FeatureScaling Scaling { get; init; } = FeatureScaling.Auto;

    /// <summary>
    /// Receives the completed fraction of the work, ascending from 0 to 1; on any thread, one call at a time. Default null.
    /// </summary>
    public Action<double>? Progress { get; init; }

    /// <summary>Cancels fitting, which then throws <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate() => SettingFaults.Throw(
    [
        .. SettingFaults.AtLeast(1, nameof(Neighbors), Neighbors),
        .. SettingFaults.AtLeast(1, nameof(Epochs), Epochs ?? 1),
        .. Scaling?.Faults() ?? ["Scaling is null; FeatureScaling.Auto is the default."],
    ]);
}
