using System.Diagnostics;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart;

/// <summary>One fitted pipeline and how well it clusters the held-out digits.</summary>
/// <param name="Name">The name of the features that are clustered.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Model">Encoder and KMeans.</param>
/// <param name="Quality">The clusters of the held-out digits, compared with the digits.</param>
/// <param name="GroupAccuracy">The share of held-out digits whose group is predicted correctly; null without a classifier.</param>
/// <param name="Seconds">The time of training and clustering.</param>
public sealed record Run(string Name, int Seed, ITransformer Model, ClusteringQuality Quality, double? GroupAccuracy, double Seconds)
{
    public double Ami => Quality.AdjustedMutualInformationMax;

    /// <summary>Fits to the training digits and scores on the held-out ones.</summary>
    /// <param name="name">The name of the features that are clustered.</param>
    /// <param name="options">The encoder; null to cluster the pixels.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="digits">The digits.</param>
    /// <param name="progress">Called after every epoch.</param>
    public static Run Execute(string name, DisentangleEncoderOptions? options, int seed, Digits digits, Action<TrainingProgress> progress)
    {
        var ml = new MLContext(seed);
        var clock = Stopwatch.StartNew();
        IEstimator<ITransformer> encoder = options is null
            ? ml.Transforms.CopyColumns("Embedding", "Pixels")
            : ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group",
                options with { Seed = seed, PredictedLabelColumnName = "PredictedGroup", Progress = progress });
        ITransformer model = encoder.Append(ml.Clustering.Trainers.KMeansRestarts("Embedding", numberOfClusters: 10)).Fit(digits.Train);
        double seconds = clock.Elapsed.TotalSeconds;

        IDataView scored = model.Transform(digits.Test);
        ClusteringQuality quality = ml.Clustering.EvaluateAgainstLabels(scored, labelColumnName: "Label");
        return new Run(name, seed, model, quality, options is null ? null : AccuracyOf(scored), seconds);
    }

    /// <summary>The most frequent digit of a cluster (counted from 1).</summary>
    public string DigitOf(uint cluster)
    {
        ContingencyTable table = Quality.Table;
        int column = Enumerable.Range(0, table.ClusterCount).Single(c => table.ClusterName(c) == $"{cluster}");
        int digit = Enumerable.Range(0, table.ClassCount).MaxBy(row => table[row, column]);
        return table.ClassName(digit);
    }

    private static double AccuracyOf(IDataView scored)
    {
        uint[] groups = [.. scored.GetColumn<uint>(scored.Schema["Group"])];
        uint[] predicted = [.. scored.GetColumn<uint>(scored.Schema["PredictedGroup"])];
        return groups.Zip(predicted).Count(pair => pair.First == pair.Second) / (double)groups.Length;
    }
}
