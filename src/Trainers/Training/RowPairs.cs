using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>
/// How the second row of each row of a batch is drawn, for losses that compare pairs of rows. One of the row's nearest neighbours in the input is drawn evenly;
/// from there up to two further steps along the graph of neighbours follow, each with probability <see cref="Walk"/>.
/// </summary>
/// <remarks>
/// The graph of neighbours is built once before training, from the rows to train on as <see cref="EncoderTrainingOptions.Scaling"/> scales them. Rows are
/// compared by Euclidean distance; two rows with different labels are never neighbours.
/// </remarks>
public sealed record RowPairs
{
    /// <summary>
    /// k, the number of nearest rows that count as neighbours; a class with fewer rows has all of them. 0 pairs each row with itself, which needs
    /// <see cref="View"/>. Default 15.
    /// </summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>
    /// Whether only mutual neighbours count: j is among the k nearest of i and i among those of j. A row without any mutual neighbour keeps its k. Default true.
    /// </summary>
    public bool Mutual { get; init; } = true;

    /// <summary>The probability of each of up to two further steps from neighbour to neighbour; 0 to 1. Default 0.5.</summary>
    public float Walk { get; init; } = 0.5f;

    /// <summary>
    /// The number of principal components on which neighbours are searched where rows have more features: faster, and purer. Null searches on the features
    /// themselves. Default 50.
    /// </summary>
    public int? Components { get; init; } = 50;

    /// <summary>How both rows of a pair are changed at random each time they are seen. Default null: not at all.</summary>
    public IRowView? View { get; init; }

    internal IEnumerable<string> Faults()
    {
        if (Neighbors < 0)
            yield return $"Neighbors is {Neighbors}; it must be 0 or more.";
        if (Neighbors == 0 && View is null)
            yield return "Neighbors is 0, which pairs each row with itself, and there is no View to tell the two apart; set either.";
        if (!(Walk >= 0 && Walk <= 1))
            yield return Invariant($"Walk is {Walk}; it must be between 0 and 1.");
        if (Components < 1)
            yield return $"Components is {Components}; it must be at least 1, or null for the features themselves.";
        foreach (string fault in View?.Faults() ?? [])
            yield return fault;
    }
}
