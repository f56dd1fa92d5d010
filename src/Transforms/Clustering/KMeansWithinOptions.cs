using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>Settings of <see cref="KMeansWithinTrainer"/>.</summary>
public sealed record KMeansWithinOptions
{
    /// <summary>The features: a vector of Single of known size. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = KMeansWithinTrainer.Defaults.FeatureColumnName;

    /// <summary>The classes: a key or Boolean. Needed both to fit and to predict. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = KMeansWithinTrainer.Defaults.LabelColumnName;

    /// <summary>The number of clusters in each class. Default: 5 in each.</summary>
    public ClustersPerClass ClustersPerClass { get; init; } = KMeansWithinTrainer.Defaults.ClustersPerClass;

    /// <summary>The number of KMeans runs in each class; the one with the lowest inertia is kept. 1 to 10,000. Default 20.</summary>
    public int Restarts { get; init; } = KMeansWithinTrainer.Defaults.Restarts;

    /// <summary>
    /// The seed of the first run in each class; the other seeds follow from it. The same seed gives the same clusters. Default null: taken
    /// from the MLContext.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Changes other settings of ML.NET's KMeans. Called once per run; a run uses one thread unless this changes it. Default null.
    /// </summary>
    public Action<KMeansTrainer.Options>? Configure { get; init; }

    /// <summary>The number of concurrent runs; 0 for one per core. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Stops fitting between two runs with an <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate() => SettingFaults.Throw(Faults());

    private IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(FeatureColumnName))
            yield return "FeatureColumnName is empty; set it to the feature column.";
        if (string.IsNullOrWhiteSpace(LabelColumnName))
            yield return "LabelColumnName is empty; set it to the class column.";
        if (ClustersPerClass is null)
            yield return "ClustersPerClass is null; set the number of clusters in each class.";
        else if (ClustersPerClass.Fault() is { } fault)
            yield return fault;
        if (Restarts is < 1 or > KMeansRuns.MaximumRuns)
            yield return $"Restarts is {Restarts}; it must be from 1 to {KMeansRuns.MaximumRuns}.";
        if (Threads < 0)
            yield return $"Threads is {Threads}; it must be 0 (all cores) or more.";
    }
}
