using System.Text.Json;
using System.Text.Json.Serialization;

namespace Disentangle.ML.AutoML;

/// <summary>How a trial ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialOutcome>))]
public enum TrialOutcome
{
    /// <summary>With a score.</summary>
    Succeeded,

    /// <summary>With an exception, or without a score.</summary>
    Failed,

    /// <summary>By the sweep's time limit or token.</summary>
    Cancelled,
}

/// <summary>A trial of a sweep.</summary>
public sealed record SweepTrial
{
    /// <summary>The number ML.NET gave it, from 0; from the next one on where a checkpoint is continued.</summary>
    public required int Trial { get; init; }

    /// <summary>What was chosen, by the property's name; <c>Outer.Inner</c> where options are nested. Numbers, Booleans and texts.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Parameters { get; init; }

    /// <summary>How it ended.</summary>
    public TrialOutcome Outcome { get; init; }

    /// <summary>The metric, mean over the seeds; null unless it succeeded.</summary>
    public double? Score { get; init; }

    /// <summary>The metric's standard deviation over the seeds, with divisor n - 1; 0 for one seed, null unless it succeeded.</summary>
    public double? Deviation { get; init; }

    /// <summary>The metric of each seed, in their order; empty unless it succeeded.</summary>
    public IReadOnlyList<double> SeedScores { get; init; } = [];

    /// <summary>All scores that every seed has, mean over the seeds, by their names.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();

    /// <summary>The number of clusters; null without clustering.</summary>
    public int? NumberOfClusters { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>What went wrong; null if it succeeded.</summary>
    public string? Failure { get; init; }

    /// <summary>A parameter that is a number.</summary>
    /// <exception cref="ArgumentException">There is none of that name, or it is no number.</exception>
    public double Number(string name) => Parameters.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : throw new ArgumentException($"There is no number '{name}' among the parameters; they are {string.Join(", ", Parameters.Keys)}.", nameof(name));
}
