namespace Disentangle.ML.Evaluators;

/// <summary>Describes a score of an <see cref="UnsupervisedQuality"/>. Higher values are better.</summary>
/// <param name="Name">The name of the property.</param>
/// <param name="Needs">What the score needs besides a clustering.</param>
/// <param name="Meaning">What the score measures.</param>
/// <param name="Value">Reads the score; null if something it needs is missing.</param>
public sealed record UnsupervisedScore(string Name, UnsupervisedNeeds Needs, string Meaning, Func<UnsupervisedQuality, double?> Value)
{
    /// <summary>All scores, the most important first.</summary>
    public static IReadOnlyList<UnsupervisedScore> All { get; } =
    [
        new(nameof(UnsupervisedQuality.KappaWithinTimesPurity), UnsupervisedNeeds.CoarseClasses | UnsupervisedNeeds.Neighbors,
            "follows the neighbourhoods of the input and stays within the coarse classes", q => q.KappaWithinTimesPurity),
        new(nameof(UnsupervisedQuality.StabilityTimesPurity), UnsupervisedNeeds.OtherClusterings | UnsupervisedNeeds.CoarseClasses,
            "stable across seeds and stays within the coarse classes", q => q.StabilityTimesPurity),
        new(nameof(UnsupervisedQuality.StabilityTimesKappa), UnsupervisedNeeds.OtherClusterings | UnsupervisedNeeds.Neighbors,
            "stable across seeds and follows the neighbourhoods of the input", q => q.StabilityTimesKappa),
        new(nameof(UnsupervisedQuality.Stability), UnsupervisedNeeds.OtherClusterings,
            "mean AMI with the other clusterings", q => q.Stability),
        new(nameof(UnsupervisedQuality.NeighborKappaWithin), UnsupervisedNeeds.CoarseClasses | UnsupervisedNeeds.Neighbors,
            "fraction of input neighbours of the same coarse class that share a cluster, corrected for chance",
            q => q.NeighborKappaWithin),
        new(nameof(UnsupervisedQuality.NeighborKappa), UnsupervisedNeeds.Neighbors,
            "fraction of input neighbours that share a cluster, corrected for chance", q => q.NeighborKappa),
        new(nameof(UnsupervisedQuality.CoarsePurity), UnsupervisedNeeds.CoarseClasses,
            "fraction of rows in the largest coarse class of their cluster", q => q.CoarsePurity),
    ];

    /// <summary>Finds a score by name.</summary>
    /// <exception cref="ArgumentException">There is no such score; the message lists the names.</exception>
    public static UnsupervisedScore Named(string name) => All.FirstOrDefault(score => score.Name == name)
        ?? throw new ArgumentException(
            $"There is no score '{name}'; the scores are {string.Join(", ", All.Select(score => score.Name))}.", nameof(name));
}
