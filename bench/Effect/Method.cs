using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Effect;

/// <summary>A way to features that are clustered.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Create">
/// Makes it for a data set: an estimator that adds the column Clustered, and PredictedGroup if it classifies; null where the data set is not for it.
/// </param>
/// <param name="IsSeeded">Whether its features differ by the seed.</param>
public sealed record Method(string Name, Func<MLContext, DataSet, int, IEstimator<ITransformer>?> Create, bool IsSeeded = true)
{
    public const string Clustered = "Clustered";

    public static IReadOnlyList<Method> All { get; } =
    [
        new("raw features", (ml, _, _) => ml.Transforms.CopyColumns(Clustered, "Features"), IsSeeded: false),
        new("standardised", (ml, _, _) => ml.Transforms.NormalizeMeanVariance(Clustered, "Features", fixZero: false), IsSeeded: false),
        new("PCA", (ml, data, _) => data.Train[0].Features.Length > 32
            ? ml.Transforms.ProjectToPrincipalComponents(Clustered, "Features", rank: 32, seed: 1)
            : null, IsSeeded: false),
        Trained("cross-entropy", _ => Objective.CrossEntropy()),
        Trained("+ row margin", _ => Objective.CrossEntropy() + Objective.RowMargin()),
        Trained("+ sample margin", _ => Objective.CrossEntropy() + Objective.SampleMargin()),
        Trained("+ DeCov", _ => Objective.CrossEntropy() + Objective.DeCov()),
        Trained("+ XCov", _ => Objective.CrossEntropy() + Objective.XCov()),
        new("+ neighbour contrast (default)", (ml, _, seed) => Encoder(ml, new DisentangleEncoderOptions { Seed = seed })),
        new("  with views of images", (ml, data, seed) => data.Side is { } side
            ? Encoder(ml, new DisentangleEncoderOptions
            {
                Seed = seed,
                Objective = Objective.CrossEntropy() + Objective.NeighborContrast(view: Views.Images(side, side)),
            })
            : null),
    ];

    /// <summary>The losses of the papers on the network that the library had as default for them.</summary>
    private static Method Trained(string name, Func<DataSet, Objective> objective) => new(name, (ml, data, seed) => Encoder(ml, new DisentangleEncoderOptions
    {
        Seed = seed,
        Network = Network.Mlp([256], 32),
        Objective = objective(data),
    }));

    private static IEstimator<ITransformer> Encoder(MLContext ml, DisentangleEncoderOptions options) =>
        ml.Transforms.DisentangleEncoder(Clustered, "Features", labelColumnName: "Group", options with { PredictedLabelColumnName = "PredictedGroup" });
}
