namespace Disentangle.ML.Orleans;

/// <summary>What the trials of a sweep have in common.</summary>
[GenerateSerializer, Alias("Disentangle.ML.SweepDescription")]
internal sealed record SweepDescription
{
    /// <summary>The hash of the training rows.</summary>
    [Id(0)]
    public required string Train { get; init; }

    /// <summary>The hash of the validation rows.</summary>
    [Id(1)]
    public required string Validation { get; init; }

    [Id(2)]
    public required string Features { get; init; }

    [Id(3)]
    public required string? Label { get; init; }

    [Id(4)]
    public required string EmbeddingColumnName { get; init; }

    /// <summary>The seeds, separated by commas.</summary>
    [Id(5)]
    public required string Seeds { get; init; }

    [Id(6)]
    public required int KMeansRestarts { get; init; }

    [Id(7)]
    public required MetricDescription Metric { get; init; }
}
