using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators;

/// <summary>Runs KMeans for several numbers of clusters and seeds, and scores every run.</summary>
internal static class RestartEvaluator
{
    public static ClusterCountEvaluation Evaluate(
        IDataView data,
        IDataView? testData,
        string labelColumnName,
        string featureColumnName,
        IReadOnlyList<int> clusterCounts,
        int numberOfRestarts,
        int seed,
        Action<KMeansTrainer.Options>? configure,
        SilhouetteOptions? silhouette,
        IChannel channel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfRestarts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numberOfRestarts, KMeansRuns.MaximumRuns);
        if (clusterCounts.Count == 0)
            throw new ArgumentException("clusterCounts is empty; it must have at least one number.", nameof(clusterCounts));
        foreach (int count in clusterCounts)
        {
            if (count < 1)
                throw new ArgumentOutOfRangeException(nameof(clusterCounts), count, "Numbers of clusters must be at least 1.");
        }
        silhouette?.Validate();
        LabelledRows scored = LabelledRows.Read(testData ?? data, featureColumnName, labelColumnName);
        FeatureRows fitted = testData is null ? scored.Features : FeatureRows.Read(data, featureColumnName);
        scored.Features.RequireDimension(fitted.Dimension, featureColumnName);
        if (fitted.IsFarFromOrigin)
        {
            channel.Warning(MessageSensitivity.None, KMeansRuns.FarFromOrigin(featureColumnName)
                + " They are centred here; ML.NET's KMeans computes distances in single precision and finds poor clusters in them.");
        }
        return new([.. clusterCounts.Select(count => new RestartEvaluation(count, Runs(count)))]);

        KMeansRun[] Runs(int count)
        {
            var runs = new KMeansRun[numberOfRestarts];
            KMeansRuns.Run(fitted, featureColumnName, count, (seed, numberOfRestarts), configure, threads: 0, CancellationToken.None,
                Score);
            return runs;

            void Score(KMeansFit fit)
            {
                int[] clusters = testData is null ? fit.Clusters : fit.Centroids.Assign(scored.Features).Clusters;
                runs[unchecked(fit.Seed - seed)] = new(fit.Seed, fit.Inertia, scored.Score(clusters, labelColumnName, silhouette));
            }
        }
    }
}
