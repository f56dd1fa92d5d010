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

    public static void Run(Func<MLContext, HouseNumbers> load, JointAutoencoderOptions options, int seeds)
    {
        HouseNumbers data = load(new MLContext());
        string latents = "";
        var report = new Report(
            $"1,000 house numbers supported by handwritten digits, {options.Epochs} epochs, {seeds} seeds; scores on test rows");
        foreach (var (name, mode) in Modes)
        {
            for (int seed = 1; seed <= seeds; seed++)
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
                report.Add(name, "test accuracy", Accuracy.Of(encoded, "Class", "Predicted"));
                var quality = ml.Clustering
                    .EvaluateOverRestarts(encoded, "Class", "Content", 10, numberOfRestarts: 5, seed)
                    .LeastInertia.Quality;
                report.Add(name, "KMeans accuracy", quality.HungarianAccuracy);
                report.Add(name, "AMI (max)", quality.AdjustedMutualInformationMax);
                if (mode != JointMode.Joint)
                    continue;
                LatentVarianceReport variances = LatentVarianceReport.Of(encoded, labelColumnName: "Class");
                report.Add(name, "content variance within a class", variances.Share(Latent.Content));
                report.Add(name, "style variance within a class", variances.Share(Latent.Style));
                latents = variances.ToString();
            }
        }
        report.Print();
        AnsiConsole.WriteLine($"Variances of the last run's latents on the test rows:{Environment.NewLine}{latents}");
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
