using Disentangle.ML.Evaluators;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML;

/// <summary>Evaluates clusterings against labels.</summary>
public static class ClusteringEvaluatorCatalog
{
    /// <summary>
    /// Scores clusters against labels and, given a feature column, the separation of the clusters. Reads the data once. Rows with a
    /// missing label or cluster are excluded and counted.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows.</param>
    /// <param name="labelColumnName">
    /// The labels: a key, Boolean, integer, Single, Double or text. Key 0, NaN and empty text are missing labels.
    /// </param>
    /// <param name="clusterColumnName">The clusters, of the same types. Default: the output column of KMeans.</param>
    /// <param name="featureColumnName">The features for the scores of separation: a vector of Single of known size; null for none.</param>
    /// <param name="silhouette">
    /// The options of the silhouette. Default null: Euclidean, on a random sample of at most 20,000 rows.
    /// </param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or an option is invalid.</exception>
    /// <exception cref="InvalidDataException">
    /// No row has both a label and a cluster, a feature is NaN or infinite, or a row has another number of features.
    /// </exception>
    public static ClusteringQuality EvaluateAgainstLabels(
        this ClusteringCatalog catalog,
        IDataView data,
        string labelColumnName = "Label",
        string clusterColumnName = "PredictedLabel",
        string? featureColumnName = null,
        SilhouetteOptions? silhouette = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return ClusteringEvaluator.Evaluate(data, labelColumnName, clusterColumnName, featureColumnName, silhouette ?? new());
    }

    /// <summary>
    /// Fits KMeans several times with different seeds and scores every run against labels. ML.NET's KMeans is a single run; the literature
    /// reports the best of several runs by inertia, or their mean. Runs start with k-means++ and run in parallel. Features far from the
    /// origin are centred first, with a warning in the log, because ML.NET's KMeans is inaccurate there.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows to cluster. They are read once and held in memory.</param>
    /// <param name="labelColumnName">The labels, as in <see cref="EvaluateAgainstLabels"/>; KMeans does not see them.</param>
    /// <param name="featureColumnName">The features: a vector of Single of known size.</param>
    /// <param name="numberOfClusters">The number of clusters, at least 1.</param>
    /// <param name="numberOfRestarts">The number of runs, 1 to 10,000.</param>
    /// <param name="seed">The seed of the first run; the other runs use the following seeds.</param>
    /// <param name="testData">
    /// The rows to score; null for <paramref name="data"/>. The inertia is always that of <paramref name="data"/>.
    /// </param>
    /// <param name="configure">
    /// Changes other options of KMeans; null for none. Each run uses one thread for reproducible results, unless changed here.
    /// </param>
    /// <param name="silhouette">The options of the silhouette and the other scores of separation; null to omit them.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or fewer distinct rows than clusters, no row to score has a label, a feature is NaN or infinite, or a row has
    /// another number of features.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static RestartEvaluation EvaluateOverRestarts(
        this ClusteringCatalog catalog,
        IDataView data,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        int numberOfClusters = 10,
        int numberOfRestarts = 10,
        int seed = 0,
        IDataView? testData = null,
        Action<KMeansTrainer.Options>? configure = null,
        SilhouetteOptions? silhouette = null) =>
        EvaluateOverClusterCounts(
            catalog, data, labelColumnName, featureColumnName, [numberOfClusters], numberOfRestarts, seed, testData, configure, silhouette)
            .Evaluations[0];

    /// <summary>
    /// Runs <see cref="EvaluateOverRestarts"/> for several numbers of clusters, as Romanov and Rumshisky (2017) do for 9, 10 and 11
    /// clusters of ten classes. Without labels, runs <see cref="UnsupervisedEvaluatorCatalog.ChooseNumberOfClusters"/>.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows to cluster. They are read once and held in memory.</param>
    /// <param name="labelColumnName">
    /// The labels, as in <see cref="EvaluateAgainstLabels"/>; KMeans does not see them. Null for none; the result then has a
    /// <see cref="ClusterCountEvaluation.Choice"/>.
    /// </param>
    /// <param name="featureColumnName">The features: a vector of Single of known size.</param>
    /// <param name="clusterCounts">
    /// The numbers of clusters, each at least 1 (without labels 2). Default null: 9, 10 and 11, or without labels 2 to 20.
    /// </param>
    /// <param name="numberOfRestarts">The number of runs per number of clusters, 1 (without labels 2) to 10,000.</param>
    /// <param name="seed">The seed of the first run; the other runs use the following seeds.</param>
    /// <param name="testData">
    /// The rows to score; null for <paramref name="data"/>. Must be null without labels. The inertia is always that of
    /// <paramref name="data"/>.
    /// </param>
    /// <param name="configure">
    /// Changes other options of KMeans; null for none. Each run uses one thread for reproducible results, unless changed here.
    /// </param>
    /// <param name="silhouette">
    /// The options of the silhouette and the other scores of separation; null to omit them or, without labels, to use a sample.
    /// </param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or there are test data but no labels.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or fewer distinct rows than clusters, no row to score has a label, a feature is NaN or infinite, or a row has
    /// another number of features.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static ClusterCountEvaluation EvaluateOverClusterCounts(
        this ClusteringCatalog catalog,
        IDataView data,
        string? labelColumnName = "Label",
        string featureColumnName = "Features",
        IReadOnlyList<int>? clusterCounts = null,
        int numberOfRestarts = 10,
        int seed = 0,
        IDataView? testData = null,
        Action<KMeansTrainer.Options>? configure = null,
        SilhouetteOptions? silhouette = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        if (labelColumnName is null)
        {
            if (testData is not null)
                throw new ArgumentException("testData is scored against labels; without a label column it must be null.",
                    nameof(testData));
            var options = new ClusterCountOptions { Runs = numberOfRestarts, Seed = seed, Configure = configure };
            options = options with
            {
                ClusterCounts = clusterCounts ?? options.ClusterCounts,
                Silhouette = silhouette ?? options.Silhouette,
            };
            return new(catalog.ChooseNumberOfClusters(data, featureColumnName, options: options));
        }
        using IChannel channel = CatalogEnvironment.Of(catalog).Register(nameof(EvaluateOverClusterCounts)).Start("Evaluation");
        return RestartEvaluator.Evaluate(
            data, testData, labelColumnName, featureColumnName, clusterCounts ?? [9, 10, 11], numberOfRestarts, seed, configure,
            silhouette, channel);
    }
}
