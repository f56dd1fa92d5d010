namespace ClusterSweep;

internal sealed record SweepArguments
{
    public required string[] Gateways { get; init; }

    public required string? Redis { get; init; }

    public required string? Certificate { get; init; }

    public required int? Local { get; init; }

    public required int Trials { get; init; }

    public required int Rows { get; init; }

    public required int Epochs { get; init; }

    public required string? Name { get; init; }

    public required string? DataFolder { get; init; }

    public required string Output { get; init; }

    public required string? Mlflow { get; init; }
}
