using Disentangle.ML.Evaluators;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Papers;

/// <summary>How well clusters of the embedding match the classes.</summary>
internal static class LatentClusters
{
    private static readonly SilhouetteOptions Silhouette = new() { SampleSize = 3000 };

    /// <summary>Clusters the column Embedding and scores the clusters against the classes, a row per clustering method.</summary>
    /// <param name="name">The name of the loss.</param>
    /// <param name="ml">The context.</param>
    /// <param name="encoded">The rows.</param>
    /// <param name="label">The column of the classes.</param>
    /// <param name="clusters">The number of clusters, equal to the number of classes.</param>
    /// <param name="seed">The seed of the first of five runs of k-means, and of the Gaussian mixture.</param>
    /// <param name="byAngle">Whether to cluster the normalised embedding as well, for losses that depend on angles alone.</param>
    public static IEnumerable<Score> Of(string name, MLContext ml, IDataView encoded, string label, int clusters, int seed, bool byAngle)
    {
        var mixture = new GaussianMixtureOptions
        {
            FeatureColumnName = "Embedding", NumberOfComponents = clusters, NumberOfRestarts = 5, Seed = seed,
        };
        IDataView mixed = ml.Clustering.Trainers.GaussianMixture(mixture).Fit(encoded).Transform(encoded);
        IEstimator<ITransformer> directions = ml.Transforms.NormalizeLpNorm("Embedding");
        return
        [
            .. KMeans($"{name}, k-means", ml, encoded, label, clusters, seed),
            .. Scores($"{name}, Gaussian mixture",
                ml.Clustering.EvaluateAgainstLabels(mixed, label, featureColumnName: "Embedding", silhouette: Silhouette)),
            .. byAngle
                ? KMeans($"{name}, k-means of directions", ml,
                    ml.Data.Cache(directions.Fit(encoded).Transform(encoded), "Embedding", label), label, clusters, seed)
                : [],
        ];
    }

    /// <summary>The k-means run with the least inertia of five.</summary>
    public static IEnumerable<Score> KMeans(string row, MLContext ml, IDataView encoded, string label, int clusters, int seed) =>
        Scores(row, ml.Clustering
            .EvaluateOverRestarts(encoded, label, "Embedding", clusters, numberOfRestarts: 5, seed, silhouette: Silhouette)
            .LeastInertia.Quality);

    private static IEnumerable<Score> Scores(string row, ClusteringQuality quality)
    {
        yield return new(row, "accuracy", quality.HungarianAccuracy);
        yield return new(row, "ARI", quality.AdjustedRandIndex);
        yield return new(row, "V-measure", quality.VMeasure);
        if (quality.Silhouette is { } silhouette)
            yield return new(row, "silhouette", silhouette);
    }
}
