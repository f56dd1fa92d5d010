using System.Text.Json;

namespace Disentangle.ML.Sweeps;

/// <summary>A trial of a sweep.</summary>
public sealed record SweepTrial
{
    /// <summary>The number assigned by ML.NET, from 0, continuing after the trials of a checkpoint.</summary>
    public required int Trial { get; init; }

    /// <summary>
    /// The chosen values by property name, or <c>Outer.Inner</c> for nested options. Values are numbers, Booleans and texts.
    /// </summary>
    public required IReadOnlyDictionary<string, JsonElement> Parameters { get; init; }

    /// <summary>The outcome.</summary>
    public TrialOutcome Outcome { get; init; }

    /// <summary>The mean of the metric over the seeds; null unless the trial succeeded.</summary>
    public double? Score { get; init; }

    /// <summary>
    /// The standard deviation of the metric over the seeds, with divisor n - 1; 0 for one seed, null unless the trial succeeded.
    /// </summary>
    public double? Deviation { get; init; }

    /// <summary>The metric of each seed, in order; empty unless the trial succeeded.</summary>
    public IReadOnlyList<double> SeedScores { get; init; } = [];

    /// <summary>The means over the seeds of all scores every seed has, by name.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();

    /// <summary>The number of clusters; null without clustering.</summary>
    public int? NumberOfClusters { get; init; }

    /// <summary>When the trial was started, in UTC; null in histories that do not say.</summary>
    public DateTime? Started { get; init; }

    /// <summary>The duration in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The error message; null if the trial succeeded.</summary>
    public string? Failure { get; init; }

    /// <summary>The value of a numeric parameter.</summary>
    /// <exception cref="ArgumentException">There is no such parameter, or it is not a number.</exception>
    public double Number(string name) => Parameters.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : throw new ArgumentException($"There is no numeric parameter '{name}'; the parameters are {string.Join(", ", Parameters.Keys)}.",
            nameof(name));
}
