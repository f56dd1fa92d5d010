using System.Globalization;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;

namespace Papers;

/// <summary>Few labels: how well do clusters of an autoencoder's codes match the classes of the test rows?</summary>
internal static class SoftNearestNeighbors
{
    public static void Run(Digits digits, int labelled, int code, float weight, WeightInitialization initialization, int epochs, int seeds,
        ResultsFile results)
    {
        var report = new Report(
            $"{digits.Name}, {labelled} of {digits.Train.Length} rows labelled, code {code}, {initialization}, {epochs} epochs; "
            + $"k-means (10 restarts) on training codes, scored on {digits.Test.Length} test rows", seeds, results);
        (IDataView Train, IDataView Test) Load(MLContext ml) =>
            digits.As(ml, (digit, row) => row < labelled ? digit.Label.ToString(CultureInfo.InvariantCulture) : "");
        Untrained.Add(report, Load, nameof(Digit.Pixels), (ml, encoded, name, seed) =>
            Scores(name, ml.Clustering.EvaluateOverRestarts(encoded, "Label", "Embedding", 10, numberOfRestarts: 10, seed)));
        (string Name, Objective Objective)[] objectives =
        [
            ("autoencoder", Objective.Reconstruction()),
            ($"+ {weight} annealed SNNL", Objective.Reconstruction() + Objective.SoftNearestNeighbor(weight)),
        ];
        foreach (var (name, objective) in objectives)
        {
            report.Add(name, seed =>
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) = Load(ml);
                var options = new DisentangleAutoencoderOptions
                {
                    Network = Network.MlpAutoencoder([500, 500, 2000], code) with { Initialization = initialization },
                    Objective = objective,
                    Epochs = epochs,
                    BatchSize = 256,
                    Seed = seed,
                    Progress = progress => AnsiConsole.WriteLine($"{name}, seed {seed}, {progress}"),
                };
                var model = ml.Transforms.DisentangleAutoencoder("Code", "Pixels", "Group", options).Fit(train);
                return Scores(name, ml.Clustering.EvaluateOverRestarts(
                    model.Transform(train), "Label", "Code", 10, numberOfRestarts: 10, seed, testData: model.Transform(test)));
            });
        }
        var few = new Digits(digits.Name, digits.Train[..Math.Min(labelled, digits.Train.Length)], digits.Test);
        const string supervised = "supervised MLP, the same labels", nearest = "nearest neighbour in pixels, the same labels";
        report.Add(supervised, seed => [new(supervised, "classifier accuracy", Supervised(few, epochs, seed))]);
        report.AddOnce(nearest, () => [new(nearest, "classifier accuracy", NearestNeighbor.Accuracy(few))]);
        report.Print();
    }

    private static IEnumerable<Score> Scores(string row, RestartEvaluation clusters)
    {
        ClusteringQuality quality = clusters.LeastInertia.Quality;
        yield return new(row, "accuracy (Hungarian)", quality.HungarianAccuracy);
        yield return new(row, "NMI", quality.NormalizedMutualInformation);
        yield return new(row, "AMI (max)", quality.AdjustedMutualInformationMax);
    }

    /// <summary>
    /// The accuracy of a plain classifier trained on the same labels: the fair comparison, because the soft nearest neighbour loss uses
    /// labels.
    /// </summary>
    private static double Supervised(Digits few, int epochs, int seed)
    {
        var ml = new MLContext(seed);
        (IDataView train, IDataView test) = few.As(ml, (digit, _) => digit.Label.ToString(CultureInfo.InvariantCulture));
        var options = new DisentangleEncoderOptions
        {
            Network = Network.Mlp([500, 500], 2000),
            Objective = Objective.CrossEntropy(),
            BatchSize = 128,
            Epochs = epochs,
            Seed = seed,
            PredictedLabelColumnName = "Predicted",
        };
        IDataView scored = ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Group", options).Fit(train).Transform(test);
        return Accuracy.Of(scored, "Group", "Predicted");
    }
}
