using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Papers;

/// <summary>How well clusters of the embedding match the classes.</summary>
internal static class LatentClusters
{
    private static readonly SilhouetteOptions Silhouette = new() { SampleSize = 3000 };

    /// <summary>Clusters the column Embedding and scores the clusters against the column Label.</summary>
    /// <param name="report">Receives a row per clustering method.</param>
    /// <param name="name">The name of the loss.</param>
    /// <param name="ml">The context.</param>
    /// <param name="encoded">The rows.</param>
    /// <param name="clusters">The number of clusters, equal to the number of classes.</param>
    /// <param name="seed">The seed of the first of five runs of k-means, and of the Gaussian mixture.</param>
    /// <param name="byAngle">Whether to cluster the normalised embedding as well, for losses that depend on angles alone.</param>
    public static void Score(Report report, string name, MLContext ml, IDataView encoded, int clusters, int seed, bool byAngle)
    {
        ScoreKMeans($"{name}, k-means", encoded);
        var mixture = new GaussianMixtureOptions
        {
            FeatureColumnName = "Embedding", NumberOfComponents = clusters, NumberOfRestarts = 5, Seed = seed,
        };
        IDataView mixed = ml.Clustering.Trainers.GaussianMixture(mixture).Fit(encoded).Transform(encoded);
        Add(report, $"{name}, Gaussian mixture",
            ml.Clustering.EvaluateAgainstLabels(mixed, "Label", featureColumnName: "Embedding", silhouette: Silhouette));
        if (byAngle)
        {
            IEstimator<ITransformer> directions = ml.Transforms.NormalizeLpNorm("Embedding");
            ScoreKMeans($"{name}, k-means of directions", ml.Data.Cache(directions.Fit(encoded).Transform(encoded), "Embedding", "Label"));
        }

        void ScoreKMeans(string method, IDataView data)
        {
            var evaluation = ml.Clustering.EvaluateOverRestarts(
                data, "Label", "Embedding", clusters, numberOfRestarts: 5, seed, silhouette: Silhouette);
            Add(report, method, evaluation.LeastInertia.Quality);
        }
    }

    private static void Add(Report report, string method, ClusteringQuality quality)
    {
        report.Add(method, "accuracy", quality.HungarianAccuracy);
        report.Add(method, "ARI", quality.AdjustedRandIndex);
        report.Add(method, "V-measure", quality.VMeasure);
        if (quality.Silhouette is { } silhouette)
            report.Add(method, "silhouette", silhouette);
    }
}
