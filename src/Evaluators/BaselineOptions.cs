namespace Disentangle.ML.Evaluators;

/// <summary>How an embedding is compared with baselines.</summary>
public sealed record BaselineOptions
{
    /// <summary>
    /// How often the clusters are found anew, each time from other seeds; means and deviations are over these. At least 1. Default 5.
    /// </summary>
    public int Runs { get; init; } = 5;

    /// <summary>
    /// The number of restarts of KMeans in each run, of which the one with the least inertia counts. At least 1. Default 5.
    /// </summary>
    public int Restarts { get; init; } = 5;

    /// <summary>The seed of the first restart; those of the others follow it. The same seed gives the same scores. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The most principal components; at most half of the features are taken, rounded up, because all of them are the features turned. 1
    /// to 1,000. Default 32.
    /// </summary>
    public int PrincipalComponents { get; init; } = 32;

    /// <summary>
    /// How the silhouette is computed. Default null: of 2,000 rows where there are no labels, and not at all where there are.
    /// </summary>
    public SilhouetteOptions? Silhouette { get; init; }

    /// <summary>The number of restarts at the same time; 0 for one on every core. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Ends the comparison between two restarts by an <see cref="OperationCanceledException"/>. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (Runs < 1)
            faults.Add($"{nameof(Runs)} is {Runs}; it must be at least 1.");
        if (Restarts < 1)
            faults.Add($"{nameof(Restarts)} is {Restarts}; it must be at least 1.");
        if (PrincipalComponents is < 1 or > 1_000)
            faults.Add($"{nameof(PrincipalComponents)} is {PrincipalComponents}; it must be from 1 to 1000.");
        if (Threads < 0)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be 0 (all cores) or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
        Silhouette?.Validate();
    }
}
