namespace Disentangle.ML.Orleans;

/// <summary>The state of a trial.</summary>
[GenerateSerializer, Alias("Disentangle.ML.TrialReply")]
internal sealed record TrialReply
{
    [Id(0)]
    public required string Version { get; init; }

    [Id(1)]
    public required TrialState State { get; init; }

    /// <summary>Why the trial failed or was refused, or the hash of the data that the silo lacks.</summary>
    [Id(2)]
    public string? Message { get; init; }

    /// <summary>The scores; null unless the trial succeeded.</summary>
    [Id(3)]
    public TrialScores? Scores { get; init; }

    /// <summary>The encoder and KMeans as a zip file of ML.NET; null unless the request needs it.</summary>
    [Id(4)]
    public byte[]? Model { get; init; }
}
