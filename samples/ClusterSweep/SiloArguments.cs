namespace ClusterSweep;

internal sealed record SiloArguments
{
    public required int Port { get; init; }

    public required int GatewayPort { get; init; }

    public required string Primary { get; init; }

    public required string? Redis { get; init; }

    public required string? Certificate { get; init; }

    public required int? TrialsAtOnce { get; init; }

    public required string? DataFolder { get; init; }

    public required string? Storage { get; init; }
}
