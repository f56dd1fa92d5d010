using Disentangle.ML.Evaluators;

namespace Microsoft.ML;

/// <summary>Evaluates clusterings without labels.</summary>
public static class UnsupervisedEvaluatorCatalog
{
    /// <summary>
    /// Scores clusterings of the same rows without the labels they should recover: whether they follow the neighbourhoods of the input,
    /// respect a coarse label, and are stable across seeds. Look at <see cref="UnsupervisedQuality.KappaWithinTimesPurity"/> first, then
    /// at <see cref="UnsupervisedQuality.StabilityTimesPurity"/>.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="clusterings">
    /// Different clusterings of the same rows in the same order, for example by encoders trained with different seeds; preferably of rows
    /// not used for training. A single clustering has no stability.
    /// </param>
    /// <param name="coarseLabelColumnName">
    /// A label coarser than the clusters, such as the training label. Rows with a missing label count only in scores that do not use it.
    /// Default null: none.
    /// </param>
    /// <param name="inputColumnName">
    /// The input of the encoder for finding neighbours: a vector of Single of known size. Default null: none.
    /// </param>
    /// <param name="clusterColumnName">The clusters. Rows without a cluster are excluded. Default: the output column of KMeans.</param>
    /// <param name="neighbors">
    /// The options of the neighbour search. Default null: the defaults of <see cref="NeighborGraphOptions"/>.
    /// </param>
    /// <returns>The scores of each clustering and their summaries.</returns>
    /// <exception cref="ArgumentException">
    /// A column is missing or of the wrong type, the clusterings differ in their number of rows, an option is invalid, or there are too few
    /// rows for the neighbours.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// No row has a cluster, no row has a label, a feature is NaN or infinite, or a row has another number of features.
    /// </exception>
    /// <example><code>
    /// IDataView[] clusterings = [.. models.Select(model => model.Transform(test))];       // one model per seed
    /// Console.WriteLine(ml.Clustering.EvaluateWithoutLabels(clusterings, coarseLabelColumnName: "Group", inputColumnName: "Pixels"));
    /// </code></example>
    public static UnsupervisedEvaluation EvaluateWithoutLabels(
        this ClusteringCatalog catalog,
        IReadOnlyList<IDataView> clusterings,
        string? coarseLabelColumnName = null,
        string? inputColumnName = null,
        string clusterColumnName = "PredictedLabel",
        NeighborGraphOptions? neighbors = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(clusterings);
        return UnsupervisedEvaluator.Evaluate(clusterings, coarseLabelColumnName, inputColumnName, clusterColumnName, neighbors ?? new());
    }

    /// <summary>
    /// Scores numbers of clusters without labels: stability over samples of the rows, agreement with neighbours in the input, silhouette,
    /// and inertia with its elbow, each with its spread. Look at stability times modularity first. The result prints as a table with a
    /// suggestion and how sure it is.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows; their vectors are copied into memory.</param>
    /// <param name="featureColumnName">The features to cluster, for example an embedding: a vector of Single of known size.</param>
    /// <param name="inputColumnName">
    /// The input of the encoder for finding neighbours: a vector of Single of known size. Default null:
    /// <paramref name="featureColumnName"/>.
    /// </param>
    /// <param name="options">The options. Default null: the defaults of <see cref="ClusterCountOptions"/>.</param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of the wrong type, an option is invalid, or there are too few rows for the neighbours.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are fewer distinct rows than clusters, a feature is NaN or infinite, or a row has another number of features.
    /// </exception>
    /// <example><code>
    /// ClusterCountChoice choice = ml.Clustering.ChooseNumberOfClusters(embedded, "Embedding", inputColumnName: "Pixels");
    /// Console.WriteLine(choice);
    /// </code></example>
    public static ClusterCountChoice ChooseNumberOfClusters(
        this ClusteringCatalog catalog,
        IDataView data,
        string featureColumnName = "Features",
        string? inputColumnName = null,
        ClusterCountOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return new ClusterCountSearch(data, featureColumnName, inputColumnName, options ?? new()).Run();
    }
}
