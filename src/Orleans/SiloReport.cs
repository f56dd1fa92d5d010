namespace Disentangle.ML.Orleans;

/// <summary>What a silo says about itself.</summary>
[GenerateSerializer, Alias("Disentangle.ML.SiloReport")]
internal sealed record SiloReport
{
    [Id(0)]
    public required string Version { get; init; }

    [Id(1)]
    public required SiloAddress Address { get; init; }

    /// <summary>The number of trials the silo trains at the same time.</summary>
    [Id(2)]
    public required int Capacity { get; init; }

    /// <summary>The keys of the trials in training.</summary>
    [Id(3)]
    public required string[] Running { get; init; }
}
