using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Effect;

/// <summary>A way of computing the features to cluster.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Create">
/// Creates an estimator for a data set that adds the column Clustered, and PredictedGroup if it classifies; null if it does not apply
/// to the data set.
/// </param>
public sealed record Method(string Name, Func<MLContext, DataSet, int, IEstimator<ITransformer>?> Create)
{
    public const string Clustered = "Clustered";

    public static IReadOnlyList<Method> All { get; } =
    [
        new("raw features", (ml, _, _) => ml.Transforms.CopyColumns(Clustered, "Features")),
        new("standardised", (ml, _, _) => ml.Transforms.NormalizeMeanVariance(Clustered, "Features", fixZero: false)),
        new("PCA", (ml, data, _) => data.Train[0].Features.Length > 32
            ? ml.Transforms.ProjectToPrincipalComponents(Clustered, "Features", rank: 32, seed: 1)
            : null),
        Trained("cross-entropy", _ => Objective.CrossEntropy()),
        Trained("+ row margin", _ => Objective.CrossEntropy() + Objective.RowMargin()),
        Trained("+ sample margin", _ => Objective.CrossEntropy() + Objective.SampleMargin()),
        Trained("+ DeCov", _ => Objective.CrossEntropy() + Objective.DeCov()),
        Trained("+ XCov", _ => Objective.CrossEntropy() + Objective.XCov()),
        new("+ neighbour contrast (default)", (ml, _, seed) => Encoder(ml, new DisentangleEncoderOptions { Seed = seed })),
        new("neighbour contrast without any labels", (ml, _, seed) =>
            ml.Transforms.DisentangleEncoder(Clustered, "Features", labelColumnName: null, new DisentangleEncoderOptions { Seed = seed })),
        new("  with views of images", (ml, data, seed) => data.Side is { } side
            ? Encoder(ml, new DisentangleEncoderOptions
            {
                Seed = seed,
                Objective = Objective.CrossEntropy() + Objective.NeighborContrast(view: Views.Images(side, side)),
            })
            : null),
    ];

    /// <summary>Variations of the default.</summary>
    public static IReadOnlyList<Method> Tried { get; } =
    [
        All.Single(method => method.Name.Contains("default", StringComparison.Ordinal)),
        Contrast("neighbours in all features", new() { Components = null }),
        Contrast("k = 5", new() { Neighbors = 5 }),
        Contrast("k = 30", new() { Neighbors = 30 }),
        Contrast("not only mutual neighbours", new() { Mutual = false }),
        Contrast("no walks", new() { Walk = 0 }),
        Contrast("steps to all neighbours alike", new() { JaccardPower = 0 }),
        Contrast("no jitter", new() { Jitter = 0 }),
        Contrast("jitter 0.35", new() { Jitter = 0.35f }),
        Contrast("jitter 1", new() { Jitter = 1 }),
        Varied("temperature 0.25",
            options => options with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(temperature: 0.25f) }),
        Varied("temperature 1",
            options => options with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(temperature: 1) }),
        Varied("other classes count once",
            options => options with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(otherClasses: 1) }),
        Varied("without cross-entropy",
            options => options with { Objective = Objective.NeighborContrast(), PredictedLabelColumnName = null }),
        Varied("batches of 128", options => options with { BatchSize = 128 }),
        Varied("batches of 1024", options => options with { BatchSize = 1024 }),
        Varied("embedding of 8", options => options with { Network = Layers(8, Activation.Identity) }),
        Varied("embedding with ReLU", options => options with { Network = Layers(32, Activation.ReLU) }),
        ForImages("a CNN", side => new() { Network = Convolutions(side) }),
        ForImages("a CNN, views of images", side => new()
        {
            Network = Convolutions(side), Objective = Objective.CrossEntropy() + Objective.NeighborContrast(view: Views.Images(side, side)),
        }),
        Varied("+ 0.1 variance and covariance", options => options with
        {
            Objective = Objective.CrossEntropy() + Objective.NeighborContrast() + 0.1f * new Objective(new VarianceCovarianceLoss()),
        }),
        Varied("contradicted labels ignored", options => options with { IgnoreContradictedLabels = true }),
        Varied("features standardised", options => options with { Scaling = FeatureScaling.Standardized }),
    ];

    private static MlpNetwork Layers(int embedding, Activation activation) =>
        new() { Hidden = [512, 256], Embedding = embedding, EmbeddingActivation = activation };

    private static CnnNetwork Convolutions(int side) => new()
    {
        Image = new ImageSize(side, side), Convolutions = [new(32, 3), new(64, 3, Pool: 2)], Hidden = [256], Embedding = 32,
        EmbeddingActivation = Activation.Identity,
    };

    private static Method ForImages(string name, Func<int, DisentangleEncoderOptions> options) =>
        new(name, (ml, data, seed) => data.Side is { } side
        ? Encoder(ml, options(side) with { Seed = seed })
        : null);

    private static Method Contrast(string name, RowPairs pairs) =>
        Varied(name,
            options => options with { Objective = Objective.CrossEntropy() + new Objective(new NeighborContrastLoss { Pairs = pairs }) });

    private static Method Varied(string name, Func<DisentangleEncoderOptions, DisentangleEncoderOptions> change) =>
        new(name, (ml, _, seed) => ml.Transforms.DisentangleEncoder(Clustered, "Features", labelColumnName: "Group",
            change(new DisentangleEncoderOptions { Seed = seed, PredictedLabelColumnName = "PredictedGroup" })));

    /// <summary>The papers' losses, on the network that used to be their default.</summary>
    private static Method Trained(string name, Func<DataSet, Objective> objective) =>
        new(name, (ml, data, seed) => Encoder(ml, new DisentangleEncoderOptions
        {
            Seed = seed,
            Network = Network.Mlp([256], 32),
            Objective = objective(data),
        }));

    private static IEstimator<ITransformer> Encoder(MLContext ml, DisentangleEncoderOptions options) =>
        ml.Transforms.DisentangleEncoder(
            Clustered, "Features", labelColumnName: "Group", options with { PredictedLabelColumnName = "PredictedGroup" });
}
