using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>How <c>ml.Clustering.ChooseNumberOfClusters</c> tries numbers of clusters.</summary>
public sealed record ClusterCountOptions
{
    /// <summary>The numbers of clusters to try, each at least 2. Default: 2 to 20.</summary>
    public IReadOnlyList<int> ClusterCounts { get; init; } = [.. Enumerable.Range(2, 19)];

    /// <summary>
    /// The clusterings for each number, each fitted to another random share of the rows and applied to all; their agreement is the
    /// stability. At least 2. Default: 8.
    /// </summary>
    public int Runs { get; init; } = 8;

    /// <summary>
    /// The share of the rows that a clustering is fitted to, above 0 and at most 1. Default: 0.8. With 1 only the seeds differ.
    /// </summary>
    public double Share { get; init; } = 0.8;

    /// <summary>Runs of KMeans for each clustering, of which the one with the least inertia counts. At least 1. Default: 3.</summary>
    public int Restarts { get; init; } = 3;

    /// <summary>Above this many rows, a sample of this size without replacement stands for all; at least 2. Default: 20,000.</summary>
    public int MaximumRows { get; init; } = 20_000;

    /// <summary>The seed of the samples and of KMeans. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>How the silhouette is computed. Default: Euclidean, from a sample of 2,000 rows.</summary>
    public SilhouetteOptions Silhouette { get; init; } = new() { SampleSize = 2000 };

    /// <summary>The nearest rows of each row in the input, for the kappa; at least 1. Default: 10.</summary>
    public int Neighbors { get; init; } = 10;

    /// <summary>The number of threads, at least 1; the result does not depend on it. Default: the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Changes other settings of KMeans. Default null: none. A run has one thread, so that results repeat.</summary>
    public Action<KMeansTrainer.Options>? Configure { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (ClusterCounts is null || ClusterCounts.Count == 0)
            faults.Add($"{nameof(ClusterCounts)} is empty; there must be at least one number.");
        else if (ClusterCounts.Any(count => count < 2))
            faults.Add($"{nameof(ClusterCounts)} has {ClusterCounts.Min()}; each number must be at least 2.");
        if (Runs < 2)
            faults.Add($"{nameof(Runs)} is {Runs}; it must be at least 2.");
        if (!(Share is > 0 and <= 1))
            faults.Add($"{nameof(Share)} is {Share}; it must be above 0 and at most 1.");
        if (Restarts < 1)
            faults.Add($"{nameof(Restarts)} is {Restarts}; it must be at least 1.");
        if (MaximumRows < 2)
            faults.Add($"{nameof(MaximumRows)} is {MaximumRows}; it must be at least 2.");
        if (Neighbors < 1)
            faults.Add($"{nameof(Neighbors)} is {Neighbors}; it must be at least 1.");
        if (Threads < 1)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be at least 1.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
        ArgumentNullException.ThrowIfNull(Silhouette);
        Silhouette.Validate();
    }
}
