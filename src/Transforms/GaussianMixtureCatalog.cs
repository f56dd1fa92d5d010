using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Adds Gaussian mixtures to the clustering trainers.</summary>
public static class GaussianMixtureCatalog
{
    /// <summary>
    /// Fits a Gaussian mixture: clusters of different sizes and shapes, and the probability of each for every row. Adds
    /// <c>PredictedLabel</c> and <c>Score</c>, as KMeans does.
    /// </summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="featureColumnName">The features: a vector of Single of known size. Default <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">
    /// The weight of each row: a Single. Only needed to fit. Default null: every row has weight 1.
    /// </param>
    /// <param name="numberOfComponents">The number of components. At least 1. Default 5.</param>
    /// <param name="covarianceType">The form of the covariances. Default: full.</param>
    /// <example><code>
    /// var model = ml.Clustering.Trainers.GaussianMixture("Embedding", numberOfComponents: 10).Fit(data);
    /// Console.WriteLine(model.Mixture.Bic);
    /// </code></example>
    public static GaussianMixtureTrainer GaussianMixture(
        this ClusteringCatalog.ClusteringTrainers catalog,
        string featureColumnName = GaussianMixtureTrainer.Defaults.FeatureColumnName,
        string? exampleWeightColumnName = null,
        int numberOfComponents = GaussianMixtureTrainer.Defaults.NumberOfComponents,
        CovarianceType covarianceType = CovarianceType.Full) =>
        catalog.GaussianMixture(new GaussianMixtureOptions
        {
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfComponents = numberOfComponents,
            CovarianceType = covarianceType,
        });

    /// <summary>Fits a Gaussian mixture with more settings.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">The settings.</param>
    public static GaussianMixtureTrainer GaussianMixture(this ClusteringCatalog.ClusteringTrainers catalog,
        GaussianMixtureOptions options) =>
        new(CatalogEnvironment.Of(catalog), options);
}
