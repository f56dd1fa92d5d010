using Disentangle.ML.Evaluators;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Compares an embedding with simple baselines.</summary>
public static class BaselineCatalog
{
    /// <summary>
    /// Tells whether an embedding is worth using. Clusters the raw features, the standardised features, their principal components and the
    /// embedding with KMeans, over all rows and, given coarse classes, within each class, and scores the clusters. Clusters are fitted to
    /// <paramref name="train"/> and scored on <paramref name="test"/>.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="train">The rows to cluster, with features, embedding and coarse class. They are held in memory.</param>
    /// <param name="test">The rows to score, which also have the label. Use rows the encoder was not trained on.</param>
    /// <param name="featureColumnName">The input of the encoder: a vector of Single of known size.</param>
    /// <param name="embeddingColumnName">The embedding: a vector of Single of known size.</param>
    /// <param name="labelColumnName">
    /// The labels the clusters should recover, as in <see cref="ClusteringEvaluatorCatalog.EvaluateAgainstLabels"/>, used only for
    /// scoring; null for none. Without labels, stability and (given coarse classes) purity decide, and the silhouette is reported.
    /// </param>
    /// <param name="groupColumnName">
    /// The coarse classes, of the same types; null for none. Clusters are allocated to the classes in proportion to their rows.
    /// </param>
    /// <param name="numberOfClusters">The number of clusters, at least 2.</param>
    /// <param name="options">The options. Default null: the defaults of <see cref="BaselineOptions"/>.</param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of the wrong type, or an option is invalid.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="numberOfClusters"/> is less than 2.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows, or none with a label; a feature is NaN or infinite; a row has another number of features; there are fewer
    /// distinct rows than clusters, for some features or within the coarse classes; or there are more coarse classes than clusters.
    /// </exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    /// <example><code>
    /// BaselineComparison comparison = ml.Clustering.CompareWithBaselines(
    ///     train, test, "Pixels", "Embedding", labelColumnName: "Digit", groupColumnName: "Group");
    /// Console.WriteLine(comparison);
    /// </code></example>
    public static BaselineComparison CompareWithBaselines(
        this ClusteringCatalog catalog,
        IDataView train,
        IDataView test,
        string featureColumnName = "Features",
        string embeddingColumnName = "Embedding",
        string? labelColumnName = null,
        string? groupColumnName = null,
        int numberOfClusters = 10,
        BaselineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        using IChannel channel = CatalogEnvironment.Of(catalog).Register(nameof(CompareWithBaselines)).Start("Evaluation");
        return BaselineEvaluator.Compare(
            train, test, featureColumnName, embeddingColumnName, labelColumnName, groupColumnName, numberOfClusters,
            options ?? new(), channel);
    }
}
