using Disentangle.ML.Evaluators;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Spectre.Console;

namespace Papers;

/// <summary>Coarse labels only: does the embedding still separate the ten digits?</summary>
internal static class ForcedToLearn
{
    /// <param name="Strokes">Whether a GRU reads pen strokes; otherwise an MLP reads pixels.</param>
    /// <param name="Autoencoder">Whether to train an autoencoder without labels in place of the classifier.</param>
    /// <param name="Hidden">The size of the layer before the embedding, or of the GRU.</param>
    /// <param name="Embedding">The size of the embedding.</param>
    /// <param name="Epochs">The number of passes over the data.</param>
    /// <param name="Seeds">The number of runs.</param>
    public sealed record Settings(bool Strokes, bool Autoencoder, int Hidden, int Embedding, int Epochs, int Seeds)
    {
        public string Column => Strokes ? nameof(Digit.Strokes) : nameof(Digit.Pixels);

        public override string ToString() =>
            $"{(Strokes ? "GRU" : "MLP")} {Hidden}-{Embedding}{(Autoencoder ? " autoencoder" : "")}, {Epochs} epochs, {Seeds} seeds";
    }

    public static void Run(Digits digits, Settings settings)
    {
        var report = new Report($"0-4 against 5-9, {settings}, {digits.Train.Length} rows; clusters of {digits.Test.Length} test rows");
        foreach (var (name, objective) in settings.Autoencoder ? Reconstructing(settings.Strokes) : Classifying(settings.Strokes))
        {
            for (int seed = 1; seed <= settings.Seeds; seed++)
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) = digits.As(ml, (digit, _) => digit.Label < 5 ? "0-4" : "5-9");
                IEstimator<ITransformer> encoder = settings.Autoencoder
                    ? Autoencoder(ml, settings, objective, seed)
                    : Classifier(ml, settings, objective, seed);
                IDataView encoded = encoder.Fit(train).Transform(test);
                if (!settings.Autoencoder)
                    report.Add(name, "group accuracy", Accuracy.Of(encoded, "Group", "Predicted"));
                var evaluation = ml.Clustering.EvaluateOverClusterCounts(
                    encoded, "Label", "Embedding", [9, 10, 11], numberOfRestarts: 5, seed);
                foreach (RestartEvaluation clusters in evaluation.Evaluations)
                    report.Add(name, $"AMI, k = {clusters.NumberOfClusters}", clusters.LeastInertia.Quality.AdjustedMutualInformationMax);
                AnsiConsole.WriteLine($"{name}, seed {seed} done");
            }
        }
        report.Print();
    }

    private static (string Name, Objective Objective)[] Classifying(bool strokes) =>
    [
        ("cross-entropy", Objective.CrossEntropy()),
        ("+ DeCov", Objective.CrossEntropy() + Objective.DeCov(weight: 0.1f)),
        ("+ XCov", Objective.CrossEntropy() + Objective.XCov(weight: 1)),
        ("+ row margin", Objective.CrossEntropy() + Objective.RowMargin(weight: strokes ? 0.01f : 0.3f, margin: 5)),
        ("+ sample margin", Objective.CrossEntropy() + Objective.SampleMargin(weight: strokes ? 0.3f : 1, margin: 0.5f)),
        ("+ neighbour contrast",
            Objective.CrossEntropy() + Objective.NeighborContrast(view: strokes ? Views.Sequence(StrokeSequences.StepSize) : null)),
    ];

    // There is no XCov here: it needs predicted labels, which an autoencoder does not have.
    private static (string Name, Objective Objective)[] Reconstructing(bool strokes)
    {
        Objective reconstruction =
            Objective.Reconstruction(strokes ? ReconstructionError.MeanSquared : ReconstructionError.BinaryCrossEntropy);
        return
        [
            ("reconstruction", reconstruction),
            ("+ DeCov", reconstruction + Objective.DeCov(weight: 0.01f)),
            ("+ row margin", reconstruction + Objective.RowMargin(weight: 0.001f, margin: 5)),
            ("+ sample margin", Objective.Mix(0.1f, reconstruction, Objective.SampleMargin(weight: 1, margin: 0.5f, supervised: false))),
        ];
    }

    private static IEstimator<ITransformer> Classifier(MLContext ml, Settings settings, Objective objective, int seed) =>
        ml.Transforms.DisentangleEncoder("Embedding", settings.Column, "Group", new DisentangleEncoderOptions
        {
            Network = settings.Strokes
                ? Network.Gru(StrokeSequences.StepSize, settings.Hidden, settings.Embedding)
                : Network.Mlp([settings.Hidden], settings.Embedding),
            Objective = objective,
            // Chosen on held-out training rows; the paper's losses keep the paper's rate.
            LearningRate = settings.Strokes && objective.Terms.Any(term => term.Loss is NeighborContrastLoss) ? 0.003f : 0.001f,
            Scaling = FeatureScaling.AsGiven,
            BatchSize = 128,
            Epochs = settings.Epochs,
            Seed = seed,
            PredictedLabelColumnName = "Predicted",
        });

    private static IEstimator<ITransformer> Autoencoder(MLContext ml, Settings settings, Objective objective, int seed) =>
        ml.Transforms.DisentangleAutoencoder("Embedding", settings.Column, labelColumnName: null, new DisentangleAutoencoderOptions
        {
            Network = settings.Strokes
                ? Network.GruAutoencoder(StrokeSequences.StepSize, settings.Hidden, settings.Embedding)
                : Network.MlpAutoencoder([settings.Hidden], settings.Embedding),
            Objective = objective,
            Epochs = settings.Epochs,
            Seed = seed,
        });
}
