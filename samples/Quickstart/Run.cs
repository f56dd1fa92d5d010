using System.Diagnostics;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart;

/// <summary>One fitted pipeline and how well it clusters the held-out digits.</summary>
public sealed record Run(
    string Name, int Seed, ITransformer Model, ClusteringQuality Quality, double GroupAccuracy, double Training, double Clustering, double Scoring)
{
    public double Ami => Quality.AdjustedMutualInformationMax;

    public double HungarianAccuracy => Quality.HungarianAccuracy;

    public double Ari => Quality.AdjustedRandIndex;

    public static Run Execute(string name, Objective objective, int seed, int epochs, Digits digits, Action<TrainingProgress> progress)
    {
        var ml = new MLContext(seed);
        var encoder = ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group", new DisentangleEncoderOptions
            {
                Network = Network.Mlp(hidden: [256], embedding: 32),
                Objective = objective,
                Epochs = epochs,
                Seed = seed,
                PredictedLabelColumnName = "PredictedGroup",
                Progress = progress,
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedGroup"));

        var clock = Stopwatch.StartNew();
        var encoding = encoder.Fit(digits.Train);
        double training = clock.Elapsed.TotalSeconds;

        clock.Restart();
        var clustering = ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 10).Fit(ml.Data.Cache(encoding.Transform(digits.Train)));
        double clusteringSeconds = clock.Elapsed.TotalSeconds;

        clock.Restart();
        ITransformer model = encoding.Append(clustering);
        IDataView scored = model.Transform(digits.Test);
        ClusteringQuality quality = ml.Clustering.EvaluateAgainstLabels(scored, labelColumnName: "Label");
        string[] groups = [.. digits.Test.GetColumn<string>(digits.Schema["Group"])];
        string[] predicted = [.. scored.GetColumn<string>(scored.Schema["PredictedGroup"])];
        double accuracy = groups.Zip(predicted).Count(pair => pair.First == pair.Second) / (double)groups.Length;
        return new Run(name, seed, model, quality, accuracy, training, clusteringSeconds, clock.Elapsed.TotalSeconds);
    }

    /// <summary>The digit that a cluster (from 1) holds most of.</summary>
    public string DigitOf(uint cluster)
    {
        ContingencyTable table = Quality.Table;
        int column = table.ClusterValues.IndexOf((int)cluster);
        int digit = Enumerable.Range(0, table.ClassCount).MaxBy(row => table[row, column]);
        return table.ClassName(digit);
    }
}
