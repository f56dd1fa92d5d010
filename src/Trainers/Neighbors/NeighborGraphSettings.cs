namespace Disentangle.ML.Trainers;

/// <summary>The settings of the graph of nearest neighbours.</summary>
public sealed record NeighborGraphSettings
{
    /// <summary>The number of neighbours k of a row. At least 1. Default 15.</summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>
    /// Whether only mutual neighbours count: j is a neighbour of i only if each is among the k nearest rows of the other. A row with
    /// fewer than k/3 of them also keeps its nearest other ones, so that it has k/3, and at least one. Default true.
    /// </summary>
    public bool Mutual { get; init; } = true;

    /// <summary>
    /// p: a random step from row i goes to its neighbour j with a probability proportional to J_ij^p, where J_ij is the Jaccard index of
    /// what is near both: the number of rows that are near i as well as j, divided by the number near one of them; row i itself and its k
    /// nearest rows are near it. 0: all neighbours alike. 0 or more. Default 0.
    /// </summary>
    public float JaccardPower { get; init; }

    /// <summary>
    /// The number of principal components used for the search if rows have more features; null to use the features. At least 1. Default
    /// 50.
    /// </summary>
    public int? Components { get; init; } = 50;

    /// <summary>
    /// The number of rows per class up to which the search is exact. More precisely, the search is exact if the number of rows times the
    /// number of candidates is at most the square of this limit; otherwise it finds at least 95 % of the nearest neighbours. At least 1.
    /// Default 50,000.
    /// </summary>
    public int ExactLimit { get; init; } = 50_000;

    /// <summary>The seed of the approximate search; the same seed gives the same graph. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>The number of processor cores to use; 0 for all. The graph does not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Checks the settings and reports all invalid ones in one exception.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public void Validate() => SettingFaults.Throw(
    [
        .. SettingFaults.AtLeast(1, nameof(Neighbors), Neighbors),
        .. SettingFaults.AtLeast(1, nameof(Components), Components ?? 1),
        .. SettingFaults.AtLeast(1, nameof(ExactLimit), ExactLimit),
        .. SettingFaults.AtLeast(0, nameof(Threads), Threads),
        .. JaccardPower is >= 0 and < float.PositiveInfinity ? [] : new[] { RowPairs.JaccardFault(JaccardPower) },
    ]);
}
