using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Mixtures of Gaussians among the trainers of clusterings.</summary>
public static class GaussianMixtureCatalog
{
    /// <summary>
    /// Fits a mixture of Gaussians: clusters of different sizes and shapes, and for every row the probability of each. <c>PredictedLabel</c> and
    /// <c>Score</c> are added, as by KMeans.
    /// </summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="featureColumnName">The features: a vector of Single of known size. Default <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">How often each row counts: a Single. Needed to fit only. Default null: once.</param>
    /// <param name="numberOfComponents">The number of Gaussians. At least 1. Default 5.</param>
    /// <param name="covarianceType">What the covariances may look like. Default: full.</param>
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

    /// <summary>Fits a mixture of Gaussians with more settings.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">The settings.</param>
    public static GaussianMixtureTrainer GaussianMixture(this ClusteringCatalog.ClusteringTrainers catalog, GaussianMixtureOptions options) =>
        new(CatalogEnvironment.Of(catalog), options);
}
