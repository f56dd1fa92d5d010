using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>The options of <c>ml.Clustering.ChooseNumberOfClusters</c>.</summary>
public sealed record ClusterCountOptions
{
    /// <summary>The numbers of clusters to try, each at least 2. Default: 2 to 20.</summary>
    public IReadOnlyList<int> ClusterCounts { get; init; } = [.. Enumerable.Range(2, 19)];

    /// <summary>
    /// The number of clusterings per number of clusters, each fitted to a random sample of the rows and applied to all rows; their
    /// agreement is the stability. 2 to 10,000. Default: 8.
    /// </summary>
    public int Runs { get; init; } = 8;

    /// <summary>
    /// The fraction of the rows to which a clustering is fitted; greater than 0 and at most 1. With 1 only the seeds differ. Default: 0.8.
    /// </summary>
    public double Share { get; init; } = 0.8;

    /// <summary>
    /// The number of KMeans restarts per clustering, of which the one with the least inertia is used. 1 to 10,000. Default: 3.
    /// </summary>
    public int Restarts { get; init; } = 3;

    /// <summary>
    /// The maximum number of rows; if there are more, a random sample of this size is used. At least 2. Default: 20,000.
    /// </summary>
    public int MaximumRows { get; init; } = 20_000;

    /// <summary>The seed of the samples and of KMeans. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>The options of the silhouette. Default: Euclidean, on a sample of 2,000 rows.</summary>
    public SilhouetteOptions Silhouette { get; init; } = new() { SampleSize = 2000 };

    /// <summary>The number of neighbours per row in the input, for the kappa and the modularity. At least 1. Default: 10.</summary>
    public int Neighbors { get; init; } = 10;

    /// <summary>The maximum number of threads; 0 for the number of cores. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Changes other options of KMeans. Each run uses one thread for reproducible results. Default null: none.</summary>
    public Action<KMeansTrainer.Options>? Configure { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (ClusterCounts is null || ClusterCounts.Count == 0)
            faults.Add($"{nameof(ClusterCounts)} is empty; it must have at least one number.");
        else if (ClusterCounts.Any(count => count < 2))
            faults.Add($"{nameof(ClusterCounts)} has {ClusterCounts.Min()}; each number must be at least 2.");
        if (Runs is < 2 or > KMeansRuns.MaximumRuns)
            faults.Add($"{nameof(Runs)} is {Runs}; it must be from 2 to {KMeansRuns.MaximumRuns}.");
        if (!(Share is > 0 and <= 1))
            faults.Add($"{nameof(Share)} is {Share}; it must be greater than 0 and at most 1.");
        if (Restarts is < 1 or > KMeansRuns.MaximumRuns)
            faults.Add($"{nameof(Restarts)} is {Restarts}; it must be from 1 to {KMeansRuns.MaximumRuns}.");
        if (MaximumRows < 2)
            faults.Add($"{nameof(MaximumRows)} is {MaximumRows}; it must be at least 2.");
        if (Neighbors < 1)
            faults.Add($"{nameof(Neighbors)} is {Neighbors}; it must be at least 1.");
        if (Threads < 0)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be 0 (all cores) or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
        ArgumentNullException.ThrowIfNull(Silhouette);
        Silhouette.Validate();
    }
}
