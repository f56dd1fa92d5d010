using Microsoft.Extensions.VectorData;

namespace VectorSearch;

/// <summary>A digit in the store, found by the embedding of its pixels.</summary>
public sealed class Image
{
    [VectorStoreKey]
    public ulong Id { get; set; }

    [VectorStoreData]
    public string Label { get; set; } = "";

    /// <summary>What the store makes the embedding of; the embedding of the default encoder has 32 values.</summary>
    [VectorStoreVector(32, DistanceFunction = DistanceFunction.CosineDistance)]
    public float[] Pixels { get; set; } = [];
}
