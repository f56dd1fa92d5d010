namespace Disentangle.ML.Evaluators;

/// <summary>The options of a <see cref="NeighborGraph"/>.</summary>
public sealed record NeighborGraphOptions
{
    /// <summary>The number of nearest rows per row, k; at least 1 and less than the number of rows. Default: 10.</summary>
    public int Neighbors { get; init; } = 10;

    /// <summary>
    /// The maximum number of rows; if there are more, a random sample of this size is used. At least 2. Time grows with its square.
    /// Default: 20,000.
    /// </summary>
    public int MaximumRows { get; init; } = 20_000;

    /// <summary>The seed of the sample; the same seed draws the same rows. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>The maximum number of threads; 0 for the number of cores. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    internal void Validate()
    {
        var faults = new List<string>();
        if (Neighbors < 1)
            faults.Add($"{nameof(Neighbors)} is {Neighbors}; it must be at least 1.");
        if (MaximumRows < 2)
            faults.Add($"{nameof(MaximumRows)} is {MaximumRows}; it must be at least 2.");
        if (Threads < 0)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be 0 (all cores) or more.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
