using System.Text.Json;
using Disentangle.ML.Sweeps;

namespace Disentangle.ML.Orleans;

/// <summary>The scores of a trial, as they are sent and stored.</summary>
[GenerateSerializer, Alias("Disentangle.ML.TrialScores")]
internal sealed record TrialScores
{
    /// <summary>The trial in the JSON of a history.</summary>
    [Id(0)]
    public required string Trial { get; init; }

    /// <summary>The seed of the model.</summary>
    [Id(1)]
    public required int Seed { get; init; }

    public static TrialScores Of(SweepTrial trial, int seed) => new() { Trial = JsonSerializer.Serialize(trial), Seed = seed };

    /// <summary>The trial of a driver with these scores.</summary>
    public SweepTrial Complete(SweepTrial trial) =>
        JsonSerializer.Deserialize<SweepTrial>(Trial)! with { Trial = trial.Trial, Parameters = trial.Parameters, Started = trial.Started };
}
