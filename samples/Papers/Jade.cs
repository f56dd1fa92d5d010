using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;

namespace Papers;

/// <summary>A few house numbers and many handwritten digits: does joint training help with the house numbers?</summary>
internal static class Jade
{
    private static readonly (string Name, JointMode Mode)[] Modes =
        [("single", JointMode.Single), ("paired", JointMode.Paired), ("JADE", JointMode.Joint)];

    public static void Run(Func<MLContext, HouseNumbers> load, string description, JointAutoencoderOptions options, int seeds,
        ResultsFile results, PictureFolder pictures)
    {
        HouseNumbers data = load(new MLContext());
        var report = new Report($"1,000 house numbers supported by handwritten digits, {description}; scores on test rows", seeds, results);
        Untrained.Add(report, _ => (data.Primary, data.Test), "Pixels", (ml, encoded, name, seed) =>
            Clusters(ml, encoded, name, "Embedding", seed));
        foreach (var (name, mode) in Modes)
        {
            string title = $"{description}, {name}";
            report.Add(name, seed =>
            {
                var ml = new MLContext(seed);
                JointAutoencoderOptions run = options with
                {
                    Mode = mode,
                    Seed = seed,
                    PredictedLabelColumnName = "Predicted",
                    StyleColumnName = mode == JointMode.Joint ? "Style" : null,
                    ValidationData = data.Validation,
                    Progress = progress => AnsiConsole.WriteLine($"{name}, seed {seed}, {progress}"),
                };
                var model = ml.Transforms.JointAutoencoder("Content", "Pixels", "Class", data.Auxiliary, run).Fit(data.Primary);
                IDataView encoded = ml.Data.Cache(model.Transform(data.Test));
                if (mode == JointMode.Joint)
                    JadePictures.Draw(model, data, pictures, title, seed);
                return
                [
                    new(name, "test accuracy", Accuracy.Of(encoded, "Class", "Predicted")),
                    .. Clusters(ml, encoded, name, "Content", seed),
                    .. mode == JointMode.Joint ? Variances(name, encoded, model.Auxiliary.Transform(data.AuxiliaryTest)) : [],
                ];
            }, seed => mode == JointMode.Joint ? pictures.PathOf(JadePictures.Title(title, JointSide.Primary), seed) : null);
        }
        report.Print(compareWith: "single");
    }

    private static IEnumerable<Score> Clusters(MLContext ml, IDataView encoded, string row, string column, int seed)
    {
        ClusteringQuality quality =
            ml.Clustering.EvaluateOverRestarts(encoded, "Class", column, 10, numberOfRestarts: 5, seed).LeastInertia.Quality;
        yield return new(row, "k-means accuracy", quality.HungarianAccuracy);
        yield return new(row, "AMI (max)", quality.AdjustedMutualInformationMax);
    }

    /// <summary>
    /// The shares of variance within a class. Wrong contents of the primary rows count against the content; those within the predicted
    /// class and those of the auxiliary rows, which are nearly always right, show what else it holds.
    /// </summary>
    private static IEnumerable<Score> Variances(string row, IDataView encoded, IDataView auxiliary)
    {
        LatentVarianceReport variances = LatentVarianceReport.Of(encoded, labelColumnName: "Class");
        AnsiConsole.WriteLine(variances.ToString());
        yield return new(row, "content within a class", variances.Share(Latent.Content));
        yield return new(row, "style within a class", variances.Share(Latent.Style));
        yield return new(row, "content within a predicted class",
            LatentVarianceReport.Of(encoded, labelColumnName: "Predicted").Share(Latent.Content));
        LatentVarianceReport others = LatentVarianceReport.Of(auxiliary, labelColumnName: "Class");
        yield return new(row, "auxiliary content within a class", others.Share(Latent.Content));
        yield return new(row, "auxiliary style within a class", others.Share(Latent.Style));
        yield return new(row, "auxiliary accuracy", Accuracy.Of(auxiliary, "Class", "Predicted"));
    }

    /// <summary>The paper's networks with a share of their filters, except in the last layer, whose outputs are the features.</summary>
    public static ConvolutionalVariationalAutoencoder Narrowed(ConvolutionalVariationalAutoencoder network, double share) => network with
    {
        Initialization = WeightInitialization.He,
        Convolutions =
        [
            .. network.Convolutions.SkipLast(1)
                .Select(layer => layer with { Filters = Math.Max(1, (int)Math.Round(share * layer.Filters)) }),
            network.Convolutions[^1],
        ],
    };
}
