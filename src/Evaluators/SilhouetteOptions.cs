namespace Disentangle.ML.Evaluators;

/// <summary>The distance between two points.</summary>
public enum SilhouetteDistance
{
    /// <summary>|x - y|.</summary>
    Euclidean,

    /// <summary>1 - x·y / (|x| |y|), from 0 to 2; 1 where a point is 0.</summary>
    Cosine,
}

/// <summary>How the silhouette is computed.</summary>
public sealed record SilhouetteOptions
{
    /// <summary>The distance between points. Default: Euclidean.</summary>
    public SilhouetteDistance Distance { get; init; } = SilhouetteDistance.Euclidean;

    /// <summary>The number of rows that stand for all where <see cref="SampleSize"/> is null.</summary>
    internal const int DefaultSampleSize = 20_000;

    /// <summary>
    /// The number of rows, drawn at random without replacement, that stand for all; at least 2. The time grows with its square. Default:
    /// null, at most 20,000 rows; <see cref="int.MaxValue"/> scores all rows, however many. <see cref="SilhouetteScores.Rows"/> and
    /// <see cref="ClusteringQuality.SilhouetteRows"/> tell how many were scored.
    /// </summary>
    public int? SampleSize { get; init; }

    /// <summary>The seed of the sample: the same seed draws the same rows. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>The number of threads, at least 1; the result does not depend on it. Default: the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Validate()
    {
        var faults = new List<string>();
        if (!Enum.IsDefined(Distance))
            faults.Add($"{nameof(Distance)} is {Distance}; it must be one of {string.Join(", ", Enum.GetNames<SilhouetteDistance>())}.");
        if (SampleSize < 2)
            faults.Add($"{nameof(SampleSize)} is {SampleSize}; it must be at least 2.");
        if (Threads < 1)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be at least 1.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
