using Disentangle.ML.Evaluators;

namespace Microsoft.ML;

/// <summary>Evaluation of clusterings without labels.</summary>
public static class UnsupervisedEvaluatorCatalog
{
    /// <summary>
    /// Scores clusterings of the same rows without the labels one would like to find: whether they follow the neighbourhoods of the input,
    /// respect a coarse label, and are found again by other seeds. Look at <see cref="UnsupervisedQuality.KappaWithinTimesPurity"/> first,
    /// and at <see cref="UnsupervisedQuality.StabilityTimesPurity"/> second.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="clusterings">
    /// The same rows in the same order, clustered differently, for example by encoders trained with different seeds; preferably rows that
    /// training did not see. One is enough where stability is not asked for.
    /// </param>
    /// <param name="coarseLabelColumnName">
    /// A label coarser than the clusters, such as the one that training sees. Rows where it is missing count only for scores that do not use
    /// it. Default null: none.
    /// </param>
    /// <param name="inputColumnName">
    /// The input of the encoder, a vector of Single of known size, for the neighbours. Default null: none.
    /// </param>
    /// <param name="clusterColumnName">The clusters; by default the column that KMeans writes. Rows without a cluster are left out.</param>
    /// <param name="neighbors">How the neighbours are found. Default null: the defaults of <see cref="NeighborGraphOptions"/>.</param>
    /// <returns>The scores of each clustering and their summaries.</returns>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, the clusterings differ in their number of rows, a feature is NaN or infinite, an option is
    /// wrong, there are no more rows than neighbours, or no row has a cluster or no row a label.
    /// </exception>
    /// <example><code>
    /// IDataView[] clusterings = [.. models.Select(model => model.Transform(test))];       // one model for each seed
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
    /// A curve over numbers of clusters, without labels: stability over shares of the rows, agreement with neighbours in the input,
    /// silhouette, inertia and its elbow, each with its spread. Look at stability times modularity first. Print the result for the table,
    /// the suggestion and how sure it is.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows. Their vectors are copied into memory.</param>
    /// <param name="featureColumnName">What is clustered, a vector of Single of known size, such as an embedding.</param>
    /// <param name="inputColumnName">
    /// The input that the embedding was made from, a vector of Single of known size, for the neighbours. Default null: neighbours in
    /// <paramref name="featureColumnName"/>.
    /// </param>
    /// <param name="options">Numbers to try, runs, samples. Default null: the defaults of <see cref="ClusterCountOptions"/>.</param>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, a feature is NaN or infinite, an option is wrong, or there are too few rows.
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
