using Disentangle.ML.Evaluators;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML;

/// <summary>Evaluation of clusterings against labels.</summary>
public static class ClusteringEvaluatorCatalog
{
    /// <summary>
    /// Scores clusters against labels, and the separation of the clusters where a feature column is given. Passes over the data once. A row whose label or
    /// cluster is missing is left out and counted.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows.</param>
    /// <param name="labelColumnName">The labels: a key, Boolean, integer, Single, Double or text. Missing are the key 0, NaN and empty text.</param>
    /// <param name="clusterColumnName">The clusters, of one of the same types; by default the column that KMeans writes.</param>
    /// <param name="featureColumnName">A vector of Single of known size for the scores of separation, or null for none.</param>
    /// <param name="silhouette">
    /// Distance, sample and threads of the silhouette. Default null: of at most 20,000 rows, drawn at random.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, a feature is NaN or infinite, an option is wrong, or no row has both a label and a cluster.
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
    /// Fits KMeans several times, each time with another seed, and scores every run against labels. ML.NET's KMeans is a single run; the literature
    /// reports the run with the least inertia of several, or the mean over them. The runs start by k-means++ and share the cores. Features far from the
    /// origin are centred first, with a warning in the log: ML.NET's KMeans loses its way there.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows to cluster. They are read once and held in memory.</param>
    /// <param name="labelColumnName">The labels, as in <see cref="EvaluateAgainstLabels"/>; KMeans does not see them.</param>
    /// <param name="featureColumnName">A vector of Single of known size.</param>
    /// <param name="numberOfClusters">The number of clusters, at least 1.</param>
    /// <param name="numberOfRestarts">The number of runs, at least 1.</param>
    /// <param name="seed">The seed of the first run; those of the others follow it.</param>
    /// <param name="testData">The rows to score, or null for those of <paramref name="data"/>. The inertia is always that of <paramref name="data"/>.</param>
    /// <param name="configure">
    /// Changes other settings of KMeans, or null. Each run has one thread, so that results repeat exactly, unless this gives it more.
    /// </param>
    /// <param name="silhouette">How the scores of each run that look at the features are computed; null for none of them.</param>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, a feature is NaN or infinite, there are no rows, or none with a label to score.
    /// </exception>
    /// <exception cref="InvalidDataException">There are fewer different rows than clusters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
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
            catalog, data, labelColumnName, featureColumnName, [numberOfClusters], numberOfRestarts, seed, testData, configure, silhouette).Evaluations[0];

    /// <summary>
    /// <see cref="EvaluateOverRestarts"/> for several numbers of clusters, as Romanov and Rumshisky (2017) report 9, 10 and 11 clusters for ten classes.
    /// Without labels, the curve of <see cref="UnsupervisedEvaluatorCatalog.ChooseNumberOfClusters"/>.
    /// </summary>
    /// <param name="catalog">The clustering catalog, <c>ml.Clustering</c>.</param>
    /// <param name="data">The rows to cluster. They are read once and held in memory.</param>
    /// <param name="labelColumnName">
    /// The labels, as in <see cref="EvaluateAgainstLabels"/>; KMeans does not see them. Null for none: the result then has a
    /// <see cref="ClusterCountEvaluation.Choice"/>.
    /// </param>
    /// <param name="featureColumnName">A vector of Single of known size.</param>
    /// <param name="clusterCounts">The numbers of clusters, each at least 1; null for 9, 10 and 11, or 2 to 20 without labels.</param>
    /// <param name="numberOfRestarts">The number of runs for each number of clusters, at least 1, or 2 without labels.</param>
    /// <param name="seed">The seed of the first run; those of the others follow it.</param>
    /// <param name="testData">
    /// The rows to score, or null for those of <paramref name="data"/>; null without labels. The inertia is always that of <paramref name="data"/>.
    /// </param>
    /// <param name="configure">
    /// Changes other settings of KMeans, or null. Each run has one thread, so that results repeat exactly, unless this gives it more.
    /// </param>
    /// <param name="silhouette">
    /// How the scores of each run that look at the features are computed; null for none of them, or, without labels, for a sample.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A column is not there or of another type, a feature is NaN or infinite, there are no rows, none with a label to score, or there is test data but no label.
    /// </exception>
    /// <exception cref="InvalidDataException">There are fewer different rows than clusters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
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
                throw new ArgumentException("Test data are scored against a label; without labels leave them out.", nameof(testData));
            var options = new ClusterCountOptions { Runs = numberOfRestarts, Seed = seed, Configure = configure };
            options = options with { ClusterCounts = clusterCounts ?? options.ClusterCounts, Silhouette = silhouette ?? options.Silhouette };
            return new(catalog.ChooseNumberOfClusters(data, featureColumnName, options: options));
        }
        using IChannel channel = CatalogEnvironment.Of(catalog).Register(nameof(EvaluateOverClusterCounts)).Start("Evaluation");
        return RestartEvaluator.Evaluate(
            data, testData, labelColumnName, featureColumnName, clusterCounts ?? [9, 10, 11], numberOfRestarts, seed, configure, silhouette, channel);
    }
}
