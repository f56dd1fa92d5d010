namespace Disentangle.ML.Evaluators;

/// <summary>The options for comparing an embedding with baselines.</summary>
public sealed record BaselineOptions
{
    /// <summary>
    /// The number of runs with different seeds, over which means and standard deviations are computed. 1 (without labels 2) to
    /// 10,000. Default 5.
    /// </summary>
    public int Runs { get; init; } = 5;

    /// <summary>
    /// The number of KMeans restarts per run, of which the one with the least inertia is used. 1 to 10,000. Default 5.
    /// </summary>
    public int Restarts { get; init; } = 5;

    /// <summary>
    /// The seed of the first restart; the other restarts use the following seeds. The same seed gives the same scores. Default 0.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>
    /// The maximum number of principal components; 1 to 1,000. At most half the number of features (rounded up) are used, because all
    /// components together are only a rotation of the features. Default 32.
    /// </summary>
    public int PrincipalComponents { get; init; } = 32;

    /// <summary>
    /// The options of the silhouette. Default null: none with labels, and a sample of 2,000 rows without.
    /// </summary>
    public SilhouetteOptions? Silhouette { get; init; }

    /// <summary>The maximum number of concurrent restarts; 0 for the number of cores. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Cancels the comparison between two restarts with an <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (Runs is < 1 or > KMeansRuns.MaximumRuns)
            faults.Add($"{nameof(Runs)} is {Runs}; it must be from 1 to {KMeansRuns.MaximumRuns}.");
        if (Restarts is < 1 or > KMeansRuns.MaximumRuns)
            faults.Add($"{nameof(Restarts)} is {Restarts}; it must be from 1 to {KMeansRuns.MaximumRuns}.");
        if (PrincipalComponents is < 1 or > 1_000)
            faults.Add($"{nameof(PrincipalComponents)} is {PrincipalComponents}; it must be from 1 to 1000.");
        if (Threads < 0)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be 0 (all cores) or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
        Silhouette?.Validate();
    }
}
