namespace Disentangle.ML.Evaluators;

/// <summary>How a <see cref="NeighborGraph"/> is built.</summary>
public sealed record NeighborGraphOptions
{
    /// <summary>The nearest rows of each row that are looked at, k; at least 1 and fewer than there are rows. Default: 10.</summary>
    public int Neighbors { get; init; } = 10;

    /// <summary>
    /// Above this many rows, a sample of this size without replacement stands for all; at least 2. Default: 20,000. The time grows with
    /// its square.
    /// </summary>
    public int MaximumRows { get; init; } = 20_000;

    /// <summary>The seed of the sample: the same seed draws the same rows. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>The number of threads, at least 1; the result does not depend on it. Default: the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Validate()
    {
        var faults = new List<string>();
        if (Neighbors < 1)
            faults.Add($"{nameof(Neighbors)} is {Neighbors}; it must be at least 1.");
        if (MaximumRows < 2)
            faults.Add($"{nameof(MaximumRows)} is {MaximumRows}; it must be at least 2.");
        if (Threads < 1)
            faults.Add($"{nameof(Threads)} is {Threads}; it must be at least 1.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
