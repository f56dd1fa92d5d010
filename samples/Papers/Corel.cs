using System.Globalization;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Papers;

/// <summary><see cref="CorelExperiment"/> for images of ten classes: an MLP or a CNN on pixels.</summary>
internal static class Corel
{
    /// <summary>The usual size of the latent space.</summary>
    public static int LatentSize(bool convolutional) => convolutional ? 64 : 128;

    public static void Run(Digits digits, bool convolutional, int latent, int epochs, Tuning? tuning, int seeds, ResultsFile results,
        PictureFolder pictures)
    {
        string network = convolutional ? "CNN" : "MLP";
        bool isPlane = latent == 2;
        // LeakyReLU would press a plane into one of its quadrants.
        Activation? activation = isPlane ? Activation.Identity : null;
        var options = new DisentangleEncoderOptions
        {
            Network = convolutional
                ? CnnNetwork.Corel(new ImageSize(28, 28, 1), latent) with { EmbeddingActivation = activation }
                : Network.Mlp([256], latent, Activation.LeakyReLU) with { EmbeddingActivation = activation },
            Epochs = epochs,
        };
        if (tuning is not null)
        {
            // As in the paper, all epochs are trained and the best one is kept.
            options = options with
            {
                ValidationFraction = 0.1,
                EarlyStopping = new EarlyStopping { Metric = ValidationMetric.Accuracy, Patience = int.MaxValue },
            };
        }
        string size = latent == LatentSize(convolutional) ? "" : $" with {latent}{(isPlane ? " linear" : "")} latent values";
        string held = tuning is null ? "" : ", a tenth held out";
        var experiment = new CorelExperiment
        {
            Description = $"{digits.Name}, ten classes, {network}{size}, {digits.Train.Length} rows{held}, {epochs} epochs; "
                + $"{digits.Test.Length} test rows",
            Options = options,
            Load = Load,
            FeatureColumn = nameof(Digit.Pixels),
            LabelColumn = "Group",
            Classes = 10,
            Paper = Paper(digits.Set == ImageSet.FashionMnist, convolutional),
            PictureTitle = $"{digits.Name}, {network} {latent}",
        };
        experiment.Run(
            report => Untrained.Add(report, Load, nameof(Digit.Pixels),
                (ml, encoded, name, seed) => LatentClusters.KMeans($"{name}, k-means", ml, encoded, "Group", clusters: 10, seed)),
            tuning, seeds, results, pictures);

        (IDataView Train, IDataView Test) Load(MLContext ml) =>
            digits.As(ml, (digit, _) => digit.Label.ToString(CultureInfo.InvariantCulture));
    }

    private static TunedLambda[] Paper(bool fashion, bool convolutional) => (fashion, convolutional) switch
    {
        (false, false) =>
            [new(CorelLoss.Center, 0.45f, 0.9839), new(CorelLoss.Cosine, 0.2f, 0.9738), new(CorelLoss.Gaussian, 0.5f, 0.9789)],
        (false, true) =>
            [new(CorelLoss.Center, 0.75f, 0.9958), new(CorelLoss.Cosine, 0.5f, 0.9954), new(CorelLoss.Gaussian, 0.7f, 0.9952)],
        (true, false) =>
            [new(CorelLoss.Center, 0.15f, 0.8976), new(CorelLoss.Cosine, 0.65f, 0.895), new(CorelLoss.Gaussian, 0.5f, 0.8974)],
        (true, true) =>
            [new(CorelLoss.Center, 0.35f, 0.9227), new(CorelLoss.Cosine, 0.15f, 0.9224), new(CorelLoss.Gaussian, 0.85f, 0.9265)],
    };
}
