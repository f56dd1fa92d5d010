using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Adds clustering within known classes to the clustering trainers.</summary>
public static class KMeansWithinCatalog
{
    /// <summary>
    /// Clusters the rows of each class separately. When the class of the rows is known, as a hospital knows who died, this finds subgroups
    /// far better than clustering all rows together. Adds <c>PredictedLabel</c> and <c>Score</c>, as KMeans does.
    /// </summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="featureColumnName">The features: a vector of Single of known size. Default <c>Features</c>.</param>
    /// <param name="labelColumnName">The classes: a key or Boolean, also needed to predict. Default <c>Label</c>.</param>
    /// <param name="clustersPerClass">
    /// The number of clusters in each class: one number for all, or a <see cref="ClustersPerClass"/>. Default null: 5 in each.
    /// </param>
    /// <exception cref="ArgumentException">A number is less than 1, or a column name is empty.</exception>
    /// <example><code>
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("Group")
    ///     .Append(ml.Clustering.Trainers.KMeansWithin("Embedding", "Group", clustersPerClass: 5));
    /// </code></example>
    public static KMeansWithinTrainer KMeansWithin(
        this ClusteringCatalog.ClusteringTrainers catalog,
        string featureColumnName = KMeansWithinTrainer.Defaults.FeatureColumnName,
        string labelColumnName = KMeansWithinTrainer.Defaults.LabelColumnName,
        ClustersPerClass? clustersPerClass = null) =>
        catalog.KMeansWithin(new KMeansWithinOptions
        {
            FeatureColumnName = featureColumnName,
            LabelColumnName = labelColumnName,
            ClustersPerClass = clustersPerClass ?? KMeansWithinTrainer.Defaults.ClustersPerClass,
        });

    /// <summary>Clusters the rows of each class separately, with more settings.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public static KMeansWithinTrainer KMeansWithin(this ClusteringCatalog.ClusteringTrainers catalog, KMeansWithinOptions options) =>
        new(CatalogEnvironment.Of(catalog), options);
}
