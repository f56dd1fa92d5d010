using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Disentangle.ML.Evaluators;

namespace Disentangle.ML.Sweeps;

/// <summary>The trials of a sweep, including failed ones. May be read while the sweep runs.</summary>
public sealed class SweepHistory
{
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web);
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private ImmutableList<SweepTrial> _trials = [];

    /// <summary>The name of the deciding score; null before a sweep uses the history.</summary>
    public string? Metric { get; private set; }

    /// <summary>Whether higher scores are better.</summary>
    public bool MoreIsBetter { get; private set; }

    /// <summary>The trials so far, in order.</summary>
    public IReadOnlyList<SweepTrial> Trials => _trials;

    /// <summary>The trial with the best score (the first one in a tie); null before a trial succeeds.</summary>
    public SweepTrial? Best
    {
        get
        {
            IEnumerable<SweepTrial> scored = _trials.Where(trial => trial.Score is not null);
            return MoreIsBetter ? scored.MaxBy(trial => trial.Score) : scored.MinBy(trial => trial.Score);
        }
    }

    /// <summary>Writes the history as JSON.</summary>
    /// <param name="indented">Whether to indent.</param>
    public string ToJson(bool indented = false) =>
        JsonSerializer.Serialize(new Content(Metric, MoreIsBetter, _trials), indented ? Indented : Compact);

    /// <summary>Reads JSON written by <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">The JSON is not a history of a sweep.</exception>
    public static SweepHistory FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        Content content = JsonSerializer.Deserialize<Content>(json, Compact)
            ?? throw new JsonException("The JSON is null; it must be the history of a sweep.");
        return new() { Metric = content.Metric, MoreIsBetter = content.MoreIsBetter, _trials = [.. content.Trials] };
    }

    /// <summary>
    /// Writes the trials as runs into a folder in the file layout of MLflow's tracking store, for <c>mlflow ui --backend-store-uri
    /// FOLDER</c>: parameters, scores, failures, and start and end. Runs already written are replaced.
    /// </summary>
    /// <param name="folder">The folder, usually called <c>mlruns</c>; created if it does not exist.</param>
    /// <param name="experiment">The name of the experiment; created if it does not exist.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void WriteMlflow(string folder, string experiment)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(experiment);
        MlflowFiles.Write(this, folder, experiment);
    }

    /// <summary>A table with a line per trial, followed by the failures.</summary>
    public override string ToString()
    {
        ImmutableList<SweepTrial> trials = _trials;
        string[] names = [.. trials.SelectMany(trial => trial.Parameters.Keys).Distinct()];
        bool seeds = trials.Any(trial => trial.SeedScores.Count > 1);
        SweepTrial? best = Best;
        var table = new TextTable(["trial", .. names, Metric ?? "score", .. seeds ? new[] { "deviation" } : [], "seconds", ""]);
        foreach (SweepTrial trial in trials)
        {
            table.Add(
            [
                TextTable.Integer(trial.Trial),
                .. names.Select(name => trial.Parameters.TryGetValue(name, out JsonElement value) ? Cell(value) : ""),
                trial.Score is null ? "" : TextTable.Real(trial.Score),
                .. seeds ? new[] { trial.Deviation is null ? "" : TextTable.Real(trial.Deviation) } : [],
                trial.Seconds.ToString("F1", CultureInfo.InvariantCulture),
                trial == best ? "best" : trial.Outcome == TrialOutcome.Succeeded ? "" : trial.Outcome.ToString().ToLowerInvariant(),
            ]);
        }
        IEnumerable<string> failures = trials.Where(trial => trial.Outcome == TrialOutcome.Failed)
            .Select(trial => $"Trial {trial.Trial} failed: {trial.Failure}{Environment.NewLine}");
        return table + string.Concat(failures);
    }

    internal void Start(SweepMetric metric) => (Metric, MoreIsBetter) = (metric.Name, metric.MoreIsBetter);

    internal void Add(SweepTrial trial) => _trials = _trials.Add(trial);

    private static string Cell(JsonElement value) => value.ValueKind == JsonValueKind.Number && !value.TryGetInt64(out _)
        ? value.GetDouble().ToString("G4", CultureInfo.InvariantCulture)
        : value.ToString();

    private sealed record Content(string? Metric, bool MoreIsBetter, IReadOnlyList<SweepTrial> Trials);
}
