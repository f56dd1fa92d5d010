using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Papers;

/// <summary>Coarse labels only: does the embedding still separate the ten digits?</summary>
internal static class ForcedToLearn
{
    // Of strokes, with 9, 10 and 11 clusters; 0 where the paper has no value.
    private static readonly (string Name, double[] Values)[] PublishedClassifier =
    [
        ("cross-entropy", [0.446, 0.467, 0.464]), ("+ DeCov", [0.285, 0.287, 0.288]), ("+ XCov", [0.507, 0.525, 0.529]),
        ("+ row margin", [0.512, 0.544, 0.555]), ("+ sample margin", [0, 0.502, 0]),
    ];

    private static readonly (string Name, double[] Values)[] PublishedAutoencoder =
    [
        ("reconstruction", [0.443, 0.454, 0.468]), ("+ DeCov", [0.427, 0.443, 0.465]), ("+ XCov of halves", [0.396, 0.414, 0.428]),
        ("+ row margin", [0.439, 0.457, 0.460]), ("+ sample margin", [0, 0.463, 0]),
    ];

    /// <param name="Strokes">Whether a GRU reads pen strokes; otherwise an MLP reads pixels.</param>
    /// <param name="Autoencoder">Whether to train an autoencoder without labels in place of the classifier.</param>
    /// <param name="Hidden">The size of the layer before the embedding, or of the GRU.</param>
    /// <param name="Embedding">The size of the embedding.</param>
    /// <param name="Epochs">The number of passes over the data.</param>
    public sealed record Settings(bool Strokes, bool Autoencoder, int Hidden, int Embedding, int Epochs)
    {
        public string Column => Strokes ? nameof(Digit.Strokes) : nameof(Digit.Pixels);

        public override string ToString() =>
            $"{(Strokes ? "GRU" : "MLP")} {Hidden}-{Embedding}{(Autoencoder ? " autoencoder" : "")}, {Epochs} epochs";
    }

    public static void Run(Digits digits, Settings settings, int seeds, ResultsFile results, PictureFolder pictures)
    {
        var report = new Report(
            $"{digits.Name}, 0-4 against 5-9, {settings}, {digits.Train.Length} rows; clusters of {digits.Test.Length} test rows", seeds,
            results);
        // Strokes differ in length, so what needs no training is shown for the images in both cases.
        Untrained.Add(report, Load, nameof(Digit.Pixels), Clusters);
        foreach (var (name, objective) in settings.Autoencoder ? Reconstructing(settings.Strokes) : Classifying(settings.Strokes))
        {
            // Figure 2 of the paper.
            string title = $"Neurons by class, {settings}, {digits.Train.Length} rows, {name}";
            report.Add(name, seed =>
            {
                var ml = new MLContext(seed);
                (IDataView train, IDataView test) = Load(ml);
                IEstimator<ITransformer> encoder = settings.Autoencoder
                    ? Autoencoder(ml, settings, objective, seed)
                    : Classifier(ml, settings, objective, seed);
                IDataView encoded = ml.Data.Cache(encoder.Fit(train).Transform(test));
                pictures.DrawNeurons(encoded, "Embedding", "Label", title, seed);
                return settings.Autoencoder
                    ? Clusters(ml, encoded, name, seed)
                    : [new(name, "group accuracy", Accuracy.Of(encoded, "Group", "Predicted")), .. Clusters(ml, encoded, name, seed)];
            }, seed => pictures.PathOf(title, seed));
        }
        if (settings.Strokes)
        {
            foreach (var (name, values) in settings.Autoencoder ? PublishedAutoencoder : PublishedClassifier)
                report.AddPublished(name, [.. values.Select((value, i) => (Column(9 + i), value)).Where(cell => cell.value > 0)]);
        }
        report.Print(compareWith: settings.Autoencoder ? "reconstruction" : "cross-entropy");

        (IDataView Train, IDataView Test) Load(MLContext ml) => digits.As(ml, (digit, _) => digit.Label < 5 ? "0-4" : "5-9");
    }

    private static string Column(int clusters) => $"AMI, k = {clusters}";

    private static IEnumerable<Score> Clusters(MLContext ml, IDataView encoded, string name, int seed) => ml.Clustering
        .EvaluateOverClusterCounts(encoded, "Label", "Embedding", [9, 10, 11], numberOfRestarts: 5, seed).Evaluations
        .Select(clusters => new Score(
            name, Column(clusters.NumberOfClusters), clusters.LeastInertia.Quality.AdjustedMutualInformationMax));

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

    private static (string Name, Objective Objective)[] Reconstructing(bool strokes)
    {
        Objective reconstruction =
            Objective.Reconstruction(strokes ? ReconstructionError.MeanSquared : ReconstructionError.BinaryCrossEntropy);
        return
        [
            ("reconstruction", reconstruction),
            ("+ DeCov", reconstruction + Objective.DeCov(weight: 0.01f)),
            ("+ XCov of halves", reconstruction + Objective.XCov(weight: 0.1f, supervised: false)),
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
