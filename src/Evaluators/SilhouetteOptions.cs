namespace Disentangle.ML.Evaluators;

/// <summary>The options of the silhouette.</summary>
public sealed record SilhouetteOptions
{
    /// <summary>The distance between points. Default: Euclidean.</summary>
    public SilhouetteDistance Distance { get; init; } = SilhouetteDistance.Euclidean;

    /// <summary>The maximum number of rows if <see cref="SampleSize"/> is null.</summary>
    internal const int DefaultSampleSize = 20_000;

    /// <summary>
    /// The size of the random sample of rows that is scored; at least 2. Time grows with its square. Default null: at most 20,000 rows.
    /// <see cref="int.MaxValue"/> scores all rows. <see cref="SilhouetteScores.Rows"/> and <see cref="ClusteringQuality.SilhouetteRows"/>
    /// report the scored rows.
    /// </summary>
    public int? SampleSize { get; init; }

    /// <summary>The seed of the sample; the same seed draws the same rows. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>The maximum number of threads; 0 for the number of cores. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (!Enum.IsDefined(Distance))
            faults.Add($"{nameof(Distance)} is {Distance}; it must be one of {string.Join(", ", Enum.GetNames<SilhouetteDistance>())}.");
        if (SampleSize < 2)
            faults.Add($"{nameof(SampleSize)} is {SampleSize}; it must be at least 2.");
        if (Threads < 0)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be 0 (all cores) or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
