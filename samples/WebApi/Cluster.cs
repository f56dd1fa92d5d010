using Microsoft.ML.Data;

namespace WebApi;

/// <summary>What the model says of a digit.</summary>
public sealed class Cluster
{
    /// <summary>The cluster, from 1.</summary>
    [ColumnName("PredictedLabel")]
    public uint Number { get; set; }

    /// <summary>The squared distances to the centroids of all clusters.</summary>
    [ColumnName("Score")]
    public float[] Distances { get; set; } = [];

    public float[] Embedding { get; set; } = [];
}
