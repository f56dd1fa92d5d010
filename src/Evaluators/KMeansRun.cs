namespace Disentangle.ML.Evaluators;

/// <summary>A run of KMeans.</summary>
/// <param name="Seed">The seed of its MLContext.</param>
/// <param name="Inertia">The sum of squared distances to the nearest centroid over the training rows, in double precision.</param>
/// <param name="Quality">The scores against labels.</param>
public sealed record KMeansRun(int Seed, double Inertia, ClusteringQuality Quality);
