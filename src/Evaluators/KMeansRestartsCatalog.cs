using Disentangle.ML.Evaluators;
using Microsoft.ML.Trainers;

namespace Microsoft.ML;

/// <summary>Adds KMeans with restarts to the clustering trainers.</summary>
public static class KMeansRestartsCatalog
{
    /// <summary>
    /// Trains ML.NET's KMeans several times with different seeds and keeps the run with the least inertia. A single run can end far from
    /// the best clusters.
    /// </summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="featureColumnName">The features: a vector of Single of known size. Default <c>Features</c>.</param>
    /// <param name="numberOfClusters">The number of clusters. At least 1. Default 5.</param>
    /// <param name="restarts">The number of runs. At least 1. Default 20.</param>
    /// <returns>A trainer of an ordinary <see cref="KMeansModelParameters"/> model.</returns>
    /// <exception cref="ArgumentException">A number is less than 1, or the column name is empty.</exception>
    /// <example><code>
    /// var model = ml.Clustering.Trainers.KMeansRestarts("Embedding", numberOfClusters: 10, restarts: 20).Fit(data);
    /// </code></example>
    public static KMeansRestartsTrainer KMeansRestarts(
        this ClusteringCatalog.ClusteringTrainers catalog,
        string featureColumnName = KMeansRestartsTrainer.Defaults.FeatureColumnName,
        int numberOfClusters = KMeansRestartsTrainer.Defaults.NumberOfClusters,
        int restarts = KMeansRestartsTrainer.Defaults.Restarts) =>
        catalog.KMeansRestarts(new KMeansRestartsOptions
        {
            FeatureColumnName = featureColumnName,
            NumberOfClusters = numberOfClusters,
            Restarts = restarts,
        });

    /// <summary>Trains ML.NET's KMeans several times, with more options.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static KMeansRestartsTrainer KMeansRestarts(this ClusteringCatalog.ClusteringTrainers catalog, KMeansRestartsOptions options) =>
        new(CatalogEnvironment.Of(catalog), options);
}
