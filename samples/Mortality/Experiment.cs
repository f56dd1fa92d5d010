using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using MathNet.Numerics.Statistics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Mortality;

/// <summary>An encoder trained on the outcomes of some stays, and its results on others.</summary>
/// <param name="Auroc">The area under the ROC curve of the predicted deaths.</param>
/// <param name="Quality">The clusters of the embedding, against the kind of ICU.</param>
/// <param name="Clusters">The cluster of each stay, from 1.</param>
public sealed record Experiment(double Auroc, ClusteringQuality Quality, uint[] Clusters)
{
    public static Experiment Run(
        Objective objective, int seed, int epochs, int clusters, IReadOnlyList<Stay> training, IReadOnlyList<Stay> test)
    {
        var ml = new MLContext(seed);
        var features = new StayFeatures(training);
        IDataView train = Patient.Load(ml, training, features);
        var pipeline = ml.Transforms.DisentangleEncoder("Embedding", "Hours", labelColumnName: "Died", new DisentangleEncoderOptions
            {
                Network = Network.Gru(StayFeatures.StepSize, hidden: 64, embedding: 32),
                Objective = objective,
                Scaling = FeatureScaling.AsGiven,
                Epochs = epochs,
                BatchSize = 64,
                Seed = seed,
                ScoreColumnName = "Probability",
            })
            .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: clusters));

        IDataView scored = ml.Data.Cache(pipeline.Fit(train).Transform(Patient.Load(ml, test, features)));
        double[] deaths = [.. scored.GetColumn<float[]>(scored.Schema["Probability"]).Select(probability => (double)probability[1])];
        return new Experiment(AreaUnderRoc([.. test.Select(stay => stay.Died)], deaths),
            ml.Clustering.EvaluateAgainstLabels(scored, "Unit", featureColumnName: "Embedding"),
            [.. scored.GetColumn<uint>(scored.Schema["PredictedLabel"])]);
    }

    /// <summary>The probability that a random positive has a higher score than a random negative; ties count half.</summary>
    public static double AreaUnderRoc(bool[] happened, double[] scores)
    {
        double[] ranks = ArrayStatistics.RanksInplace([.. scores], RankDefinition.Average);
        double yes = happened.Count(value => value), no = happened.Length - yes;
        return (ranks.Where((_, i) => happened[i]).Sum() - yes * (yes + 1) / 2) / (yes * no);
    }
}
