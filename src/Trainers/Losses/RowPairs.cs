using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// How the second row of each row of a batch is drawn, for losses that compare pairs of rows: by a random walk along the graph of nearest
/// neighbours in the input, of one step and up to 30 further ones, each with probability <see cref="Walk"/>. Steps prefer neighbours that
/// share neighbours with the row (<see cref="JaccardPower"/>), which keeps the walk within its group; steps to a row of another class
/// are left out.
/// </summary>
/// <remarks>
/// The neighbour graph is built once before training, from the training rows after <see cref="EncoderTrainingOptions.Scaling"/>. Distances
/// are Euclidean; two rows with different labels are never neighbours.
/// </remarks>
public sealed record RowPairs
{
    /// <summary>
    /// k, the number of nearest rows that count as neighbours; in a class with fewer rows, all of them. 0 pairs each row with itself and
    /// requires <see cref="View"/>. Default 15.
    /// </summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>
    /// Whether only mutual neighbours count: j is among the k nearest of i, and i among the k nearest of j. A row with fewer than
    /// k/3 of them also keeps its nearest other ones, so that it has k/3, and at least one. Default true.
    /// </summary>
    public bool Mutual { get; init; } = true;

    /// <summary>
    /// The probability of each of up to 30 further steps from neighbour to neighbour; 0 to 1. Long walks draw all of a group together.
    /// Default 0.95.
    /// </summary>
    public float Walk { get; init; } = 0.95f;

    /// <summary>
    /// p: a step from row i goes to its neighbour j with a probability proportional to J_ij^p, where J_ij is the Jaccard index of what is
    /// near both: the number of rows that are near i as well as j, divided by the number near one of them; row i itself and its k nearest
    /// rows are near it. Neighbours in another group share few rows. 0: all neighbours alike. 0 or more. Default 3.
    /// </summary>
    public float JaccardPower { get; init; } = 3;

    /// <summary>
    /// The number of principal components on which neighbours are searched if rows have more features; this is faster, and neighbours
    /// share a class more often. Null searches on the features themselves. Default 50.
    /// </summary>
    public int? Components { get; init; } = 50;

    /// <summary>
    /// Noise on both rows of a pair each time they are drawn: x + Jitter ε ⊙ (n - x), with n a random neighbour of x, and ε uniform with
    /// mean 0 and standard deviation 1 for each feature. Each feature varies by about as much as between neighbours, so the network cannot
    /// memorise single rows by it. 0 or more; sequences have none. Default null: 0.7 without <see cref="View"/>, 0 with it.
    /// </summary>
    public float? Jitter { get; init; }

    // Chosen on rows held out of the training rows of MNIST, optdigits and AG News.
    internal const float UsualJitter = 0.7f;

    /// <summary>The random view applied to both rows of a pair each time they are drawn. Default null: none.</summary>
    public IRowView? View { get; init; }

    internal static string JaccardFault(float power) => Invariant($"JaccardPower is {power}; it must be 0 or more.");

    internal IEnumerable<string> Faults()
    {
        if (Neighbors < 0)
            yield return $"Neighbors is {Neighbors}; it must be 0 or more.";
        if (Neighbors == 0 && View is null)
            yield return "Neighbors is 0, which pairs each row with itself, but View is null; set Neighbors or View.";
        if (!(Walk >= 0 && Walk <= 1))
            yield return Invariant($"Walk is {Walk}; it must be between 0 and 1.");
        if (!(JaccardPower is >= 0 and < float.PositiveInfinity))
            yield return JaccardFault(JaccardPower);
        if (!(Jitter is null or (>= 0 and < float.PositiveInfinity)))
            yield return Invariant($"Jitter is {Jitter}; it must be 0 or more.");
        if (Components < 1)
            yield return $"Components is {Components}; it must be at least 1, or null for the features themselves.";
        foreach (string fault in View?.Faults() ?? [])
            yield return fault;
    }
}
