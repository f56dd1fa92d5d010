using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Clusters within known classes among the trainers of clusterings.</summary>
public static class KMeansWithinCatalog
{
    /// <summary>
    /// Clusters the rows of each class on their own. Where the class is known for the rows to cluster, as a hospital knows who died, this
    /// finds sub-groups far better than clusters of all rows. <c>PredictedLabel</c> and <c>Score</c> are added, as by KMeans.
    /// </summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="featureColumnName">The features: a vector of Single of known size. Default <c>Features</c>.</param>
    /// <param name="labelColumnName">The classes: a key or Boolean, also needed to predict. Default <c>Label</c>.</param>
    /// <param name="clustersPerClass">
    /// The number of clusters of each class, a number for all or <see cref="ClustersPerClass"/>. Default null: 5 in each.
    /// </param>
    /// <exception cref="ArgumentException">A number is less than 1, or a column's name is empty.</exception>
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

    /// <summary>Clusters the rows of each class on their own, with more settings.</summary>
    /// <param name="catalog">The catalog of trainers.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message lists all that are.</exception>
    public static KMeansWithinTrainer KMeansWithin(this ClusteringCatalog.ClusteringTrainers catalog, KMeansWithinOptions options) =>
        new(CatalogEnvironment.Of(catalog), options);
}
