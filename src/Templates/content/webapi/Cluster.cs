using Microsoft.ML.Data;

namespace DisentangleWebApi;

/// <summary>The model's answer for a customer.</summary>
public sealed class Cluster
{
    /// <summary>The cluster, from 1.</summary>
    [ColumnName("PredictedLabel")] public uint Number { get; set; }

    /// <summary>The squared distances to all centroids.</summary>
    [ColumnName("Score")] public float[] Distances { get; set; } = [];

    public float[] Embedding { get; set; } = [];
}
