using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>Fits KMeans for some numbers of clusters and some seeds. A seed belongs to an MLContext, so every run has its own.</summary>
internal static class KMeansRestarts
{
    public static ClusterCountEvaluation Evaluate(
        IDataView data,
        IDataView testData,
        string labelColumnName,
        string featureColumnName,
        IReadOnlyList<int> clusterCounts,
        int numberOfRestarts,
        int seed,
        Action<KMeansTrainer.Options>? configure,
        SilhouetteOptions? silhouette)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfRestarts, 1);
        if (clusterCounts.Count == 0)
            throw new ArgumentException("There is no number of clusters; give at least one.", nameof(clusterCounts));
        foreach (int count in clusterCounts)
        {
            if (count < 1)
                throw new ArgumentOutOfRangeException(nameof(clusterCounts), count, "The number of clusters must be at least 1.");
        }
        ClusteringEvaluator.VectorColumn(data, featureColumnName);
        ClusteringEvaluator.Column(testData, labelColumnName);

        var cache = new MLContext(seed).Data;
        IDataView fitted = cache.Cache(data, featureColumnName);
        IDataView scored = cache.Cache(testData, featureColumnName, labelColumnName);
        return new([.. clusterCounts.Select(count => new RestartEvaluation(count, [.. Enumerable.Range(seed, numberOfRestarts).Select(s => Run(s, count))]))]);

        KMeansRun Run(int runSeed, int count)
        {
            (ITransformer model, double inertia) = Fit(fitted, featureColumnName, count, runSeed, configure);
            return new(runSeed, inertia,
                ClusteringEvaluator.Evaluate(model.Transform(scored), labelColumnName, "PredictedLabel", silhouette is null ? null : featureColumnName,
                    silhouette ?? new()));
        }
    }

    /// <summary>One run: the model, and the sum of squared distances to the nearest centroid over the rows it was fitted to.</summary>
    public static (ITransformer Model, double Inertia) Fit(
        IDataView data, string featureColumnName, int numberOfClusters, int seed, Action<KMeansTrainer.Options>? configure)
    {
        var options = new KMeansTrainer.Options { FeatureColumnName = featureColumnName, NumberOfClusters = numberOfClusters };
        configure?.Invoke(options);
        ITransformer model = new MLContext(seed).Clustering.Trainers.KMeans(options).Fit(data);
        return (model, Inertia(model.Transform(data)));
    }

    private static double Inertia(IDataView clustered)
    {
        // The Score column of KMeans holds the squared distance to each centroid.
        DataViewSchema.Column score = clustered.Schema["Score"];
        using DataViewRowCursor cursor = clustered.GetRowCursor([score]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> distances = default;
        double sum = 0;
        while (cursor.MoveNext())
        {
            getter(ref distances);
            sum += distances.DenseValues().Min();
        }
        return sum;
    }
}
