using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>Settings of <see cref="KMeansRestartsTrainer"/>.</summary>
public sealed record KMeansRestartsOptions
{
    /// <summary>The features: a vector of Single of known size. Default <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = KMeansRestartsTrainer.Defaults.FeatureColumnName;

    /// <summary>The number of clusters. At least 1. Default 5.</summary>
    public int NumberOfClusters { get; init; } = KMeansRestartsTrainer.Defaults.NumberOfClusters;

    /// <summary>The number of runs, of which the one with the least inertia is kept. At least 1. Default 20.</summary>
    public int Restarts { get; init; } = KMeansRestartsTrainer.Defaults.Restarts;

    /// <summary>
    /// The seed of the first run; those of the others follow it. The same seed gives the same clusters. Default null: taken from the
    /// MLContext, whose own seed decides.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Changes other settings of ML.NET's KMeans, for example the number of iterations. Called once for each run. A run starts by
    /// k-means++ and has one thread, so that results repeat exactly, unless this changes it. Default null. The column of example weights
    /// must stay null: ML.NET's KMeans does not use it.
    /// </summary>
    public Action<KMeansTrainer.Options>? Configure { get; init; }

    /// <summary>The number of runs at the same time; 0 for one on every core. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Ends the fitting between two runs by an <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(FeatureColumnName))
            faults.Add($"{nameof(FeatureColumnName)} is empty; name the column of features.");
        if (NumberOfClusters < 1)
            faults.Add($"{nameof(NumberOfClusters)} is {NumberOfClusters}; it must be at least 1.");
        if (Restarts < 1)
            faults.Add($"{nameof(Restarts)} is {Restarts}; it must be at least 1.");
        if (Threads < 0)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be 0 (all cores) or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
