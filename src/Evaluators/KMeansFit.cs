using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>The result of a run of ML.NET's KMeans.</summary>
/// <param name="Seed">The seed of its MLContext.</param>
/// <param name="Centroids">The centroids of the clusters.</param>
/// <param name="Clusters">The nearest cluster of each training row.</param>
/// <param name="Inertia">The sum of squared distances to the nearest centroid over the training rows.</param>
/// <param name="Model">
/// The model fitted by ML.NET to the rows minus <see cref="FeatureRows.Shift"/>, divided by <see cref="FeatureRows.Unit"/>.
/// </param>
internal sealed record KMeansFit(
    int Seed, Centroids Centroids, int[] Clusters, double Inertia, ClusteringPredictionTransformer<KMeansModelParameters> Model);
