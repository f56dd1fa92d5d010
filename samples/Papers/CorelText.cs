using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Papers;

/// <summary><see cref="Corel"/> for texts: an MLP on mean word vectors, or a text CNN on their sequence.</summary>
internal static class CorelText
{
    // λ as tuned in the paper for AG News: MLP, CNN.
    private static readonly (string Name, Func<bool, Objective> Objective, bool ByAngle)[] Objectives =
    [
        ("CCE", _ => Objective.CategoricalCorel(), false),
        ("center", cnn => Objective.Center(cnn ? 0.25f : 0.1f), false),
        ("Cosine-COREL", cnn => Objective.CosineCorel(cnn ? 0.65f : 0.45f), true),
        ("Gaussian-COREL", _ => Objective.GaussianCorel(0.5f), false),
    ];

    public static void Run(WordVectors vectors, FileInfo trainFile, FileInfo testFile, bool convolutional, int epochs, int seeds,
        ResultsFile results)
    {
        Network network = convolutional
            ? Network.TextCnn(vectors.Dimension, 64) with { Hidden = [128], InputDropout = 0.2f }
            : Network.Mlp([128], 64, Activation.LeakyReLU);
        (IDataView train, IDataView test) = Read(vectors, trainFile, testFile, convolutional);
        int classes = (int)((KeyDataViewType)train.Schema["Label"].Type).Count;
        var report = new Report(
            $"{trainFile.Name}, {classes} topics, {(convolutional ? "text CNN" : "MLP on mean word vectors")}, {vectors.Count} words, "
            + $"{Count(train)} texts, at most {epochs} epochs; {Count(test)} test texts", seeds, results);
        (IDataView Train, IDataView Test) means = convolutional ? Read(vectors, trainFile, testFile, convolutional: false) : (train, test);
        Untrained.Add(report, _ => means, "Features",
            (ml, encoded, name, seed) => LatentClusters.KMeans($"{name}, k-means", ml, encoded, classes, seed));
        foreach (var (name, objective, byAngle) in Objectives)
        {
            report.Add(name, seed =>
            {
                var ml = new MLContext(seed);
                var options = new DisentangleEncoderOptions
                {
                    Network = network,
                    Objective = objective(convolutional),
                    NormalizeEmbedding = false,
                    Scaling = FeatureScaling.AsGiven,
                    BatchSize = 128,
                    Epochs = epochs,
                    ValidationFraction = 0.1,
                    EarlyStopping = new EarlyStopping { Metric = ValidationMetric.Accuracy },
                    Seed = seed,
                    PredictedLabelColumnName = "Predicted",
                    Progress = progress => AnsiConsole.WriteLine($"{name}, seed {seed}, {progress}"),
                };
                IDataView encoded = ml.Data.Cache(
                    ml.Transforms.DisentangleEncoder("Embedding", "Features", "Label", options).Fit(train).Transform(test),
                    "Embedding", "Label", "Predicted");
                return
                [
                    new($"{name}, classifier", "accuracy", Accuracy.Of(encoded, "Label", "Predicted")),
                    .. LatentClusters.Of(name, ml, encoded, classes, seed, byAngle),
                ];
            });
        }
        report.Print(compareWith: "CCE, k-means");
    }

    private static (IDataView Train, IDataView Test) Read(WordVectors vectors, FileInfo trainFile, FileInfo testFile, bool convolutional)
    {
        var ml = new MLContext();
        IDataView train = Articles.Load(ml, trainFile);
        ITransformer features = ml.Transforms.Text.NormalizeWords("Words", "Text")
            .Append(convolutional
                ? ml.Transforms.Text.WordVectorSequence("Features", "Words", vectors)
                : ml.Transforms.Text.MeanWordVectors("Features", "Words", vectors))
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", "Topic"))
            .Fit(train);
        return (Cached(train), Cached(Articles.Load(ml, testFile)));

        IDataView Cached(IDataView data) => ml.Data.Cache(features.Transform(data), "Features", "Label");
    }

    private static int Count(IDataView data) => data.GetColumn<uint>(data.Schema["Label"]).Count();
}
