using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Threading;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static System.FormattableString;

namespace Disentangle.ML.Evaluators;

/// <summary>Runs ML.NET's KMeans with different seeds. A seed belongs to an MLContext, so every run has its own context.</summary>
internal static class KMeansRuns
{
    /// <summary>The maximum number of runs.</summary>
    public const int MaximumRuns = 10_000;

    // The largest relative increase of the inertia, beyond rounding, from rounding centroids to single precision.
    private const double LargestLoss = 0.01;

    /// <summary>Runs KMeans once per seed.</summary>
    /// <param name="rows">The rows; at least as many distinct rows as clusters.</param>
    /// <param name="featureColumnName">The name of the features in the fitted models.</param>
    /// <param name="numberOfClusters">The number of clusters, at least 1.</param>
    /// <param name="seeds">The seed of the first run and the number of runs; the other runs use the following seeds.</param>
    /// <param name="configure">Changes other options of KMeans; null for none. Called once per run, on the calling thread.</param>
    /// <param name="threads">The maximum number of concurrent runs; 0 for the number of cores.</param>
    /// <param name="cancellation">Cancels between runs.</param>
    /// <param name="done">Called when a run ends; one call at a time, in no particular order.</param>
    public static void Run(
        FeatureRows rows,
        string featureColumnName,
        int numberOfClusters,
        (int First, int Count) seeds,
        Action<KMeansTrainer.Options>? configure,
        int threads,
        CancellationToken cancellation,
        Action<KMeansFit> done)
    {
        rows.RequireDistinct(numberOfClusters);
        KMeansTrainer.Options[] options = [.. Enumerable.Range(0, seeds.Count)
            .Select(_ => Settings(featureColumnName, numberOfClusters, configure))];
        IDataView view = rows.View(featureColumnName, rows.Shift, rows.Unit);
        var gate = new Lock();
        ParallelBlocks.Run(seeds.Count, threads, cancellation, i =>
        {
            KMeansFit fit = Fit(rows, view, unchecked(seeds.First + i), options[i]);
            lock (gate)
                done(fit);
        });
    }

    /// <summary>The run with the least inertia (the first one in a tie), and the inertias of all runs.</summary>
    public static (KMeansFit Best, double[] Inertias) Least(
        FeatureRows rows,
        string featureColumnName,
        int numberOfClusters,
        (int First, int Count) seeds,
        Action<KMeansTrainer.Options>? configure,
        int threads,
        CancellationToken cancellation)
    {
        KMeansFit? best = null;
        var inertias = new double[seeds.Count];
        Run(rows, featureColumnName, numberOfClusters, seeds, configure, threads, cancellation, fit =>
        {
            int run = unchecked(fit.Seed - seeds.First);
            inertias[run] = fit.Inertia;
            if (best is null || (fit.Inertia, run).CompareTo((best.Inertia, unchecked(best.Seed - seeds.First))) < 0)
                best = fit;
        });
        return (best!, inertias);
    }

    /// <summary>Creates a KMeans model that ML.NET can save, with the centroids at the original position of the rows.</summary>
    /// <param name="fit">The run.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="featureColumnName">The name of the features.</param>
    /// <param name="channel">Receives a warning if the rows lie far from the origin.</param>
    /// <exception cref="InvalidDataException">
    /// The rows lie so far from the origin, or are so large or small, that single precision cannot distinguish the clusters.
    /// </exception>
    public static ClusteringPredictionTransformer<KMeansModelParameters> Model(
        KMeansFit fit, FeatureRows rows, string featureColumnName, IChannel channel)
    {
        if (rows.Unit != 1)
        {
            throw new InvalidDataException(Invariant(
                $"The features in column '{featureColumnName}' spread over about {rows.Unit:G1}. ")
                + "The model of ML.NET's KMeans computes squared distances in single precision, where these "
                + (rows.Unit > 1 ? "overflow" : "underflow") + ". Scale the features before KMeans, for example by NormalizeMeanVariance.");
        }
        if (!rows.IsFarFromOrigin)
            return fit.Model;

        // The parameters have no public constructor. With as many rows as clusters, KMeans with random initialisation starts at all rows
        // and keeps them as centroids.
        var centroids = new FeatureRows([.. fit.Centroids.Values.Select(value => (float)value)], rows.Dimension);
        KMeansTrainer.Options options = Settings(featureColumnName, centroids.Count, configure: null);
        (options.InitializationAlgorithm, options.MaximumNumberOfIterations) = (KMeansTrainer.InitializationAlgorithm.Random, 1);
        var unmoved = new double[rows.Dimension];
        ClusteringPredictionTransformer<KMeansModelParameters> model =
            new MLContext(fit.Seed).Clustering.Trainers.KMeans(options).Fit(centroids.View(featureColumnName, unmoved));

        (int[] nearest, double inertia) = CentroidsOf(model, unmoved, unit: 1).Assign(rows);
        const string advice = "Centre the features before KMeans, for example by NormalizeMeanVariance with fixZero: false.";
        double rounding = rows.Count * TensorPrimitives.SumOfSquares(rows.Shift) * Math.Pow(2, -46);
        if (inertia > fit.Inertia * (1 + LargestLoss) + rounding)
        {
            throw new InvalidDataException(
                $"{FarFromOrigin(featureColumnName)} The model of ML.NET's KMeans computes distances in single precision, which "
                + $"cannot distinguish the clusters. {advice}");
        }
        IDataView predicted = model.Transform(rows.View(featureColumnName, unmoved));
        int wrong = predicted.GetColumn<uint>(predicted.Schema["PredictedLabel"]).Zip(nearest)
            .Count(pair => pair.First != pair.Second + 1);
        channel.Warning(MessageSensitivity.None,
            $"{FarFromOrigin(featureColumnName)} The clusters were found on centred features, but the model computes distances in single "
            + $"precision: {wrong} of {rows.Count} rows are assigned to a cluster other than the nearest. {advice}");
        return model;
    }

    /// <summary>The start of a warning.</summary>
    public static string FarFromOrigin(string featureColumnName) =>
        $"The features in column '{featureColumnName}' lie far from the origin relative to their spread.";

    private static KMeansFit Fit(FeatureRows rows, IDataView view, int seed, KMeansTrainer.Options options)
    {
        ClusteringPredictionTransformer<KMeansModelParameters> model = new MLContext(seed).Clustering.Trainers.KMeans(options).Fit(view);
        Centroids centroids = CentroidsOf(model, rows.Shift, rows.Unit);
        (int[] clusters, double inertia) = centroids.Assign(rows);
        return new(seed, centroids, clusters, inertia, model);
    }

    private static KMeansTrainer.Options Settings(string featureColumnName, int numberOfClusters, Action<KMeansTrainer.Options>? configure)
    {
        // With one thread the same seed gives the same clusters. ML.NET's default initialisation fails with few rows per cluster.
        var options = new KMeansTrainer.Options
        {
            NumberOfThreads = 1,
            InitializationAlgorithm = KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus,
        };
        configure?.Invoke(options);
        if (options.ExampleWeightColumnName is not null)
            throw new ArgumentException("ExampleWeightColumnName is set; it must be null, because ML.NET's KMeans ignores it.",
                nameof(configure));
        (options.FeatureColumnName, options.NumberOfClusters) = (featureColumnName, numberOfClusters);
        return options;
    }

    private static Centroids CentroidsOf(
        ClusteringPredictionTransformer<KMeansModelParameters> model, ReadOnlySpan<double> shift, double unit)
    {
        VBuffer<float>[]? centroids = null;
        model.Model.GetClusterCentroids(ref centroids, out int count);
        var values = new double[count * shift.Length];
        for (int cluster = 0; cluster < count; cluster++)
        {
            foreach ((int feature, float value) in centroids[cluster].Items(all: true))
                values[cluster * shift.Length + feature] = value * unit + shift[feature];
        }
        return new(values, shift.Length);
    }
}
