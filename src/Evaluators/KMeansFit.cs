using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>A run of ML.NET's KMeans.</summary>
/// <param name="Seed">The seed of its MLContext.</param>
/// <param name="Centroids">Where its clusters lie.</param>
/// <param name="Clusters">The nearest cluster of each row it was fitted to.</param>
/// <param name="Inertia">The sum of squared distances to the nearest centroid over the rows it was fitted to.</param>
/// <param name="Model">What ML.NET fitted; for rows far from the origin, to those rows moved there.</param>
internal sealed record KMeansFit(
    int Seed, Centroids Centroids, int[] Clusters, double Inertia, ClusteringPredictionTransformer<KMeansModelParameters> Model);
