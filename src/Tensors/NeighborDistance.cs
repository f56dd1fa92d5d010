namespace Disentangle.ML.Tensors;

/// <summary>The distance in <see cref="Engine.SoftNearestNeighbor"/>.</summary>
public enum NeighborDistance
{
    /// <summary>1 - cos(h_i, h_j); 1 where a row is 0.</summary>
    Cosine,

    /// <summary>|h_i - h_j|².</summary>
    SquaredEuclidean,
}
