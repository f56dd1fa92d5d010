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

    public static void Run(
        Func<MLContext, HouseNumbers> load, string description, JointAutoencoderOptions options, int seeds, ResultsFile results)
    {
        HouseNumbers data = load(new MLContext());
        var report = new Report($"1,000 house numbers supported by handwritten digits, {description}; scores on test rows", seeds, results);
        Untrained.Add(report, _ => (data.Primary, data.Test), "Pixels", (ml, encoded, name, seed) =>
            Clusters(ml, encoded, name, "Embedding", seed));
        foreach (var (name, mode) in Modes)
        {
            report.Add(name, seed =>
            {
                var ml = new MLContext(seed);
                JointAutoencoderOptions run = options with
                {
                    Mode = mode,
                    Seed = seed,
                    PredictedLabelColumnName = "Predicted",
                    StyleColumnName = mode == JointMode.Joint ? "Style" : null,
                    Progress = progress => AnsiConsole.WriteLine($"{name}, seed {seed}, {progress}"),
                };
                var model = ml.Transforms.JointAutoencoder("Content", "Pixels", "Class", data.Auxiliary, run).Fit(data.Primary);
                IDataView encoded = ml.Data.Cache(model.Transform(data.Test));
                return
                [
                    new(name, "test accuracy", Accuracy.Of(encoded, "Class", "Predicted")),
                    .. Clusters(ml, encoded, name, "Content", seed),
                    .. mode == JointMode.Joint ? Variances(encoded, name) : [],
                ];
            });
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

    private static IEnumerable<Score> Variances(IDataView encoded, string row)
    {
        LatentVarianceReport variances = LatentVarianceReport.Of(encoded, labelColumnName: "Class");
        AnsiConsole.WriteLine(variances.ToString());
        yield return new(row, "content variance within a class", variances.Share(Latent.Content));
        yield return new(row, "style variance within a class", variances.Share(Latent.Style));
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
