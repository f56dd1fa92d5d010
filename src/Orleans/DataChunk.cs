namespace Disentangle.ML.Orleans;

/// <summary>A part of a data file.</summary>
[GenerateSerializer, Alias("Disentangle.ML.DataChunk")]
internal sealed record DataChunk
{
    public const int MaximumBytes = 1 << 20;

    /// <summary>The hash of the rows in the file, in hexadecimal.</summary>
    [Id(0)]
    public required string Hash { get; init; }

    /// <summary>The length of the file.</summary>
    [Id(1)]
    public required long Length { get; init; }

    /// <summary>Where the part starts.</summary>
    [Id(2)]
    public required long Offset { get; init; }

    [Id(3)]
    public required byte[] Bytes { get; init; }
}
