using System.Globalization;
using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Spectre.Console;

namespace Papers;

/// <summary>Few labels: how well do clusters of an autoencoder's codes match the classes of the test rows?</summary>
internal static class SoftNearestNeighbors
{
    private const string ClusterAccuracy = "accuracy (Hungarian)", Nmi = "NMI", BestAccuracy = "best accuracy", BestNmi = "best NMI";
    private const string ClassifierAccuracy = "classifier accuracy";
    private const string Supervised = "supervised MLP, the same labels", Linear = "linear classifier of pixels, the same labels";

    /// <summary>The paper's loss; the name of its row begins with the weight.</summary>
    private const string Annealed = "annealed SNNL";

    /// <summary>
    /// Figures that the paper and others cite, in the order of <see cref="ImageSet"/>; 0 where there is none. The paper's are the best of
    /// four seeds.
    /// </summary>
    private static readonly (string Row, string Column, double[] Values)[] Cited =
    [
        (Annealed, BestAccuracy, [0.962, 0.856, 0.792]),
        (Annealed, BestNmi, [0.903, 0.767, 0.783]),
        ("raw features", ClusterAccuracy, [0.53, 0.47, 0]),
        ("autoencoder", ClusterAccuracy, [0, 0.61, 0]),
        (Supervised, ClassifierAccuracy, [0.953, 0.891, 0.827]),
        ("DEC", ClusterAccuracy, [0.84, 0.62, 0]),
        ("IDEC", ClusterAccuracy, [0.88, 0, 0]),
        ("VaDE", ClusterAccuracy, [0.945, 0, 0]),
        ("ClusterGAN", ClusterAccuracy, [0.91, 0.61, 0]),
        ("N2D", ClusterAccuracy, [0.979, 0.672, 0]),
    ];

    /// <param name="Labelled">The number of training rows with a label.</param>
    /// <param name="Code">The size of the code.</param>
    /// <param name="Weight">The weight of the soft nearest neighbour loss.</param>
    /// <param name="Initialization">The initialisation of the autoencoder's weights.</param>
    /// <param name="Epochs">The number of passes over the data.</param>
    public sealed record Settings(int Labelled, int Code, float Weight, WeightInitialization Initialization, int Epochs);

    public static void Run(Digits digits, Settings settings, int seeds, ResultsFile results, PictureFolder pictures)
    {
        int classes = digits.Classes;
        var report = new Report(
            $"{digits.Name}, {settings.Labelled} of {digits.Train.Length} rows labelled, code {settings.Code}, {settings.Initialization}, "
            + $"{settings.Epochs} epochs; k-means (10 restarts) on training codes, scored on {digits.Test.Length} test rows",
            seeds, results);
        (IDataView Train, IDataView Test) Load(MLContext ml) =>
            digits.As(ml, (digit, row) => row < settings.Labelled ? digit.Label.ToString(CultureInfo.InvariantCulture) : "");
        Untrained.Add(report, Load, nameof(Digit.Pixels), (ml, encoded, name, seed) =>
            Scores(name, ml.Clustering.EvaluateOverRestarts(encoded, "Label", "Embedding", classes, numberOfRestarts: 10, seed)));
        string annealed = $"+ {settings.Weight} {Annealed}";
        (string Name, Objective Objective)[] objectives =
        [
            ("autoencoder", Objective.Reconstruction()),
            ($"+ {settings.Weight} SNNL, T = 1",
                Objective.Reconstruction() + Objective.SoftNearestNeighbor(settings.Weight, Temperature.Fixed(1))),
            (annealed, Objective.Reconstruction() + Objective.SoftNearestNeighbor(settings.Weight)),
        ];
        foreach (var (name, objective) in objectives)
        {
            string title = $"{digits.Name}, {settings.Labelled} labels, code {settings.Code}, {name}";
            report.Add(name, seed =>
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) = Load(ml);
                var options = new DisentangleAutoencoderOptions
                {
                    Network = Network.MlpAutoencoder([500, 500, 2000], settings.Code) with { Initialization = settings.Initialization },
                    Objective = objective,
                    Epochs = settings.Epochs,
                    BatchSize = 256,
                    Seed = seed,
                    Progress = progress => AnsiConsole.WriteLine($"{name}, seed {seed}, {progress}"),
                };
                var model = ml.Transforms.DisentangleAutoencoder("Code", "Pixels", "Group", options).Fit(train);
                IDataView encoded = ml.Data.Cache(model.Transform(test), "Code", "Label");
                pictures.Draw(ml, encoded, "Code", "Label", title, seed);
                return Scores(name, ml.Clustering.EvaluateOverRestarts(
                    model.Transform(train), "Label", "Code", classes, numberOfRestarts: 10, seed, testData: encoded));
            }, seed => pictures.PathOf(title, seed));
        }

        // The fair comparison: classifiers that use the same labels.
        Digits few = digits with { Train = digits.Train[..Math.Min(settings.Labelled, digits.Train.Length)] };
        report.Add(Supervised, seed => [new(Supervised, ClassifierAccuracy, MlpAccuracy(few, settings.Epochs, seed))]);
        report.AddOnce(Linear, () => [new(Linear, ClassifierAccuracy, LinearAccuracy(few))]);
        AddNeighbors("nearest neighbour in pixels, the same labels", 1);
        AddNeighbors("5 nearest neighbours in pixels, the same labels", 5);

        report.AddBest(ClusterAccuracy, BestAccuracy);
        report.AddBest(Nmi, BestNmi);
        foreach (var (row, column, values) in Cited)
        {
            if (values[(int)digits.Set] is > 0 and double value)
                report.AddPublished(row == Annealed ? annealed : row, (column, value));
        }
        report.Print();

        void AddNeighbors(string name, int neighbors) =>
            report.AddOnce(name, () => [new(name, ClassifierAccuracy, NearestNeighbor.Accuracy(few, neighbors))]);
    }

    private static IEnumerable<Score> Scores(string row, RestartEvaluation clusters)
    {
        ClusteringQuality quality = clusters.LeastInertia.Quality;
        yield return new(row, ClusterAccuracy, quality.HungarianAccuracy);
        yield return new(row, Nmi, quality.NormalizedMutualInformation);
        yield return new(row, "AMI (max)", quality.AdjustedMutualInformationMax);
    }

    private static double MlpAccuracy(Digits few, int epochs, int seed)
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

    private static double LinearAccuracy(Digits few)
    {
        var ml = new MLContext(seed: 1);
        (IDataView train, IDataView test) = few.As(ml, (digit, _) => digit.Label.ToString(CultureInfo.InvariantCulture));
        var options = new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = "Group",
            FeatureColumnName = "Pixels",
            // With more threads the sums, and so the result, differ from run to run.
            NumberOfThreads = 1,
        };
        IDataView scored = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(options).Fit(train).Transform(test);
        return Accuracy.Of(scored, "Group", "PredictedLabel");
    }
}
