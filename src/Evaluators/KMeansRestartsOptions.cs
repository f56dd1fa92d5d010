using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>The options of <see cref="KMeansRestartsTrainer"/>.</summary>
public sealed record KMeansRestartsOptions
{
    /// <summary>The features: a vector of Single of known size. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = KMeansRestartsTrainer.Defaults.FeatureColumnName;

    /// <summary>The number of clusters. At least 1. Default 5.</summary>
    public int NumberOfClusters { get; init; } = KMeansRestartsTrainer.Defaults.NumberOfClusters;

    /// <summary>The number of runs; the one with the least inertia is kept. 1 to 10,000. Default 20.</summary>
    public int Restarts { get; init; } = KMeansRestartsTrainer.Defaults.Restarts;

    /// <summary>
    /// The seed of the first run; the other runs use the following seeds. The same seed gives the same clusters. Default null: a seed from
    /// the MLContext.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Changes other options of ML.NET's KMeans, for example the number of iterations. Called once per run. Unless changed here, runs
    /// start with k-means++ and use one thread for reproducible results. The example weight column must stay null, because ML.NET's KMeans
    /// ignores it. Default null: none.
    /// </summary>
    public Action<KMeansTrainer.Options>? Configure { get; init; }

    /// <summary>The maximum number of concurrent runs; 0 for the number of cores. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Cancels training between two runs with an <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(FeatureColumnName))
            faults.Add($"{nameof(FeatureColumnName)} is empty; it must name the feature column.");
        if (NumberOfClusters < 1)
            faults.Add($"{nameof(NumberOfClusters)} is {NumberOfClusters}; it must be at least 1.");
        if (Restarts is < 1 or > KMeansRuns.MaximumRuns)
            faults.Add($"{nameof(Restarts)} is {Restarts}; it must be from 1 to {KMeansRuns.MaximumRuns}.");
        if (Threads < 0)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be 0 (all cores) or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
