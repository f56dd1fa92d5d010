namespace Disentangle.ML.Evaluators;

/// <summary>One of the scores of an <see cref="UnsupervisedQuality"/>, described. A larger value is the better one.</summary>
/// <param name="Name">The name of the property.</param>
/// <param name="Needs">What it needs besides a clustering.</param>
/// <param name="Meaning">What it tells.</param>
/// <param name="Value">Reads it; null where something it needs is missing.</param>
public sealed record UnsupervisedScore(string Name, UnsupervisedNeeds Needs, string Meaning, Func<UnsupervisedQuality, double?> Value)
{
    /// <summary>All scores, the one to look at first at the top.</summary>
    public static IReadOnlyList<UnsupervisedScore> All { get; } =
    [
        new(nameof(UnsupervisedQuality.KappaWithinTimesPurity), UnsupervisedNeeds.CoarseClasses | UnsupervisedNeeds.Neighbors,
            "along the neighbourhoods of the input, and within the coarse classes", q => q.KappaWithinTimesPurity),
        new(nameof(UnsupervisedQuality.StabilityTimesPurity), UnsupervisedNeeds.OtherClusterings | UnsupervisedNeeds.CoarseClasses,
            "found again by other seeds, and within the coarse classes", q => q.StabilityTimesPurity),
        new(nameof(UnsupervisedQuality.StabilityTimesKappa), UnsupervisedNeeds.OtherClusterings | UnsupervisedNeeds.Neighbors,
            "found again by other seeds, and along the neighbourhoods of the input", q => q.StabilityTimesKappa),
        new(nameof(UnsupervisedQuality.Stability), UnsupervisedNeeds.OtherClusterings,
            "mean AMI with the other clusterings", q => q.Stability),
        new(nameof(UnsupervisedQuality.NeighborKappaWithin), UnsupervisedNeeds.CoarseClasses | UnsupervisedNeeds.Neighbors,
            "share of input neighbours of one coarse class in one cluster, corrected for chance", q => q.NeighborKappaWithin),
        new(nameof(UnsupervisedQuality.NeighborKappa), UnsupervisedNeeds.Neighbors,
            "share of input neighbours in one cluster, corrected for chance", q => q.NeighborKappa),
        new(nameof(UnsupervisedQuality.CoarsePurity), UnsupervisedNeeds.CoarseClasses,
            "share of rows in the largest coarse class of their cluster", q => q.CoarsePurity),
    ];

    /// <summary>The score of that name.</summary>
    /// <exception cref="ArgumentException">There is no such score; the message lists the names.</exception>
    public static UnsupervisedScore Named(string name) => All.FirstOrDefault(score => score.Name == name)
        ?? throw new ArgumentException(
            $"There is no score '{name}'; the scores are {string.Join(", ", All.Select(score => score.Name))}.", nameof(name));
}
