namespace Disentangle.ML.Trainers;

/// <summary>How the graph of neighbours is built.</summary>
public sealed record NeighborGraphSettings
{
    /// <summary>The number of neighbours of a row, k. At least 1. Default 15.</summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>
    /// Whether only mutual neighbours count: j is kept for i where j is among the k nearest of i and i among the k nearest of j. A row
    /// without any mutual neighbour keeps its k nearest. Default true.
    /// </summary>
    public bool Mutual { get; init; } = true;

    /// <summary>
    /// The number of principal components on which neighbours are searched where rows have more features; null to search on the features.
    /// At least 1. Default 50.
    /// </summary>
    public int? Components { get; init; } = 50;

    /// <summary>
    /// The number of rows per class up to which the search is exact. More precisely, it is exact where the number of rows times the
    /// number of candidates is at most the square of this; beyond that it finds at least .95 of the nearest neighbours. At least 1.
    /// Default 50,000.
    /// </summary>
    public int ExactLimit { get; init; } = 50_000;

    /// <summary>Seeds the approximate search; the same seed gives the same graph. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Processor cores to use; 0 for all. Results do not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Throws one exception that lists every fault.</summary>
    /// <exception cref="ArgumentException">At least one setting is out of range.</exception>
    public void Validate() => SettingFaults.Throw(
    [
        .. SettingFaults.AtLeast(1, nameof(Neighbors), Neighbors),
        .. SettingFaults.AtLeast(1, nameof(Components), Components ?? 1),
        .. SettingFaults.AtLeast(1, nameof(ExactLimit), ExactLimit),
        .. SettingFaults.AtLeast(0, nameof(Threads), Threads),
    ]);
}
