using System.Globalization;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;

namespace Papers;

/// <summary>Few labels: how well do clusters of an autoencoder's codes match the classes of the test rows?</summary>
internal static class SoftNearestNeighbors
{
    public static void Run(Digits digits, int labelled, int code, float weight, WeightInitialization initialization, int epochs, int seeds)
    {
        var report = new Report(
            $"{labelled} of {digits.Train.Length} rows labelled, code {code}, {epochs} epochs, {seeds} seeds; "
            + $"KMeans (10 restarts) on training codes, scored on {digits.Test.Length} test rows");
        (string Name, Objective Objective)[] objectives =
        [
            ("autoencoder", Objective.Reconstruction()),
            ($"+ {weight} annealed SNNL", Objective.Reconstruction() + Objective.SoftNearestNeighbor(weight)),
        ];
        foreach (var (name, objective) in objectives)
        {
            for (int seed = 1; seed <= seeds; seed++)
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) =
                    digits.As(ml, (digit, row) => row < labelled ? digit.Label.ToString(CultureInfo.InvariantCulture) : "");
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
                var quality = ml.Clustering
                    .EvaluateOverRestarts(
                        model.Transform(train), "Label", "Code", 10, numberOfRestarts: 10, seed, testData: model.Transform(test))
                    .LeastInertia.Quality;
                report.Add(name, "accuracy (Hungarian)", quality.HungarianAccuracy);
                report.Add(name, "NMI", quality.NormalizedMutualInformation);
                report.Add(name, "AMI (max)", quality.AdjustedMutualInformationMax);
            }
        }
        var few = new Digits(digits.Train[..Math.Min(labelled, digits.Train.Length)], digits.Test);
        Supervised(few, epochs, seeds, report);
        report.Add("nearest neighbour in pixels, the same labels", "classifier accuracy", NearestNeighbor.Accuracy(few));
        report.Print();
    }

    /// <summary>
    /// A plain classifier trained on the same labels: the fair comparison, because the soft nearest neighbour loss uses labels.
    /// </summary>
    private static void Supervised(Digits few, int epochs, int seeds, Report report)
    {
        for (int seed = 1; seed <= seeds; seed++)
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
            report.Add("supervised MLP, the same labels", "classifier accuracy", Accuracy.Of(scored, "Group", "Predicted"));
        }
    }
}
