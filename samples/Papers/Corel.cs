using System.Globalization;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;

namespace Papers;

/// <summary>All labels: how much of the classifier's accuracy remains when KMeans clusters the embedding?</summary>
internal static class Corel
{
    // λ as tuned in the paper for MNIST: MLP, CNN.
    private static readonly (string Name, Func<bool, Objective> Objective, bool ByAngle)[] Objectives =
    [
        ("CCE", _ => Objective.CategoricalCorel(), false),
        ("center", cnn => Objective.Center(cnn ? 0.75f : 0.45f), false),
        ("Cosine-COREL", cnn => Objective.CosineCorel(cnn ? 0.5f : 0.2f), true),
        ("Gaussian-COREL", cnn => Objective.GaussianCorel(cnn ? 0.7f : 0.5f), false),
    ];

    public static void Run(Digits digits, bool convolutional, int epochs, int seeds, ResultsFile results)
    {
        Network network = convolutional
            ? CnnNetwork.Corel(new ImageSize(28, 28, 1))
            : Network.Mlp([256], 128, Activation.LeakyReLU);
        var report = new Report(
            $"{digits.Name}, ten classes, {(convolutional ? "CNN" : "MLP")}, {digits.Train.Length} rows, {epochs} epochs; "
            + $"{digits.Test.Length} test rows",
            seeds, results);
        Untrained.Add(report, Load, nameof(Digit.Pixels),
            (ml, encoded, name, seed) => LatentClusters.KMeans($"{name}, k-means", ml, encoded, clusters: 10, seed));
        foreach (var (name, objective, byAngle) in Objectives)
        {
            report.Add(name, seed =>
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) = Load(ml);
                var options = new DisentangleEncoderOptions
                {
                    Network = network,
                    Objective = objective(convolutional),
                    NormalizeEmbedding = false,
                    BatchSize = 128,
                    Epochs = epochs,
                    Seed = seed,
                    PredictedLabelColumnName = "Predicted",
                    Progress = progress => AnsiConsole.WriteLine($"{name}, seed {seed}, {progress}"),
                };
                IDataView encoded = ml.Data.Cache(
                    ml.Transforms.DisentangleEncoder("Embedding", "Pixels", "Group", options).Fit(train).Transform(test));
                return
                [
                    new($"{name}, classifier", "accuracy", Accuracy.Of(encoded, "Group", "Predicted")),
                    .. LatentClusters.Of(name, ml, encoded, clusters: 10, seed, byAngle),
                ];
            });
        }
        report.Print(compareWith: "CCE, k-means");

        (IDataView Train, IDataView Test) Load(MLContext ml) =>
            digits.As(ml, (digit, _) => digit.Label.ToString(CultureInfo.InvariantCulture));
    }
}
