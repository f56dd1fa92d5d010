using Disentangle.ML.Trainers;

namespace Papers;

/// <summary>A loss that Kenyon-Dean et al. (2019) compare.</summary>
/// <param name="Name">The name.</param>
/// <param name="Create">Makes the objective with a given λ.</param>
/// <param name="HasLambda">Whether it has a λ to choose.</param>
/// <param name="ByAngle">Whether it compares embeddings by angle alone.</param>
internal sealed record CorelLoss(string Name, Func<float, Objective> Create, bool HasLambda = true, bool ByAngle = false)
{
    public const string Center = "center", Cosine = "Cosine-COREL", Gaussian = "Gaussian-COREL";

    public static CorelLoss[] All { get; } =
    [
        new("CCE", _ => Objective.CategoricalCorel(), HasLambda: false),
        new(Center, lambda => Objective.Center(lambda)),
        new(Cosine, lambda => Objective.CosineCorel(lambda), ByAngle: true),
        new(Gaussian, lambda => Objective.GaussianCorel(lambda)),
    ];
}
