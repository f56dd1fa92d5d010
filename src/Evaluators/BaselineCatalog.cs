using Disentangle.ML.Evaluators;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Comparison of an embedding with the obvious alternatives.</summary>
public static class BaselineCatalog
{
    /// <summary>
    /// Says whether an embedding is worth having: finds clusters by KMeans in the raw features, the standardised features, their
    /// principal components and the embedding, of all rows and, where a coarse class is known, within each class, and scores them.
    /// Clusters are fitted to <paramref name="train"/> and scored on <paramref name="test"/>.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="train">The rows to find clusters in, with features, embedding and coarse class. Held in memory.</param>
    /// <param name="test">The rows to score, with the label too. Take rows that the encoder was not trained on.</param>
    /// <param name="featureColumnName">What the encoder was given: a vector of Single of known size.</param>
    /// <param name="embeddingColumnName">What it made of them: a vector of Single of known size.</param>
    /// <param name="labelColumnName">
    /// The labels that the clusters should find, as in <see cref="ClusteringEvaluatorCatalog.EvaluateAgainstLabels"/>, for judging only;
    /// null for none. Without them stability and, with a coarse class, purity decide, and the silhouette is given.
    /// </param>
    /// <param name="groupColumnName">
    /// The coarse classes, of one of the same types; null for none. Clusters are shared out by their shares of the rows.
    /// </param>
    /// <param name="numberOfClusters">The number of clusters, at least 2.</param>
    /// <param name="options">Runs, restarts, seed and more; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, a feature is NaN or infinite, there are no rows or none with a label, or an option is
    /// wrong.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="numberOfClusters"/> is less than 2.</exception>
    /// <exception cref="InvalidDataException">
    /// There are fewer different rows than clusters, in one of the kinds of features or in the coarse classes, or more coarse classes
    /// than clusters.
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
