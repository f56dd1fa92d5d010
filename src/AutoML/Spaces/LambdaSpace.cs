using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>
/// The weight λ of an attractive-repulsive loss: the 20 values 0.05, 0.10, ..., 1.00 of the COREL paper. A grid search over it reproduces
/// the paper's figure 2.
/// </summary>
public abstract class LambdaSpace : ISweepSpace<DisentangleEncoderOptions>
{
    private protected LambdaSpace() { }

    /// <summary>The weight of attraction, 0.05 to 1. Default 0.5.</summary>
    [Choice(
        new object[]
        {
            0.05f, 0.1f, 0.15f, 0.2f, 0.25f, 0.3f, 0.35f, 0.4f, 0.45f, 0.5f, 0.55f, 0.6f, 0.65f, 0.7f, 0.75f, 0.8f, 0.85f, 0.9f, 0.95f, 1f,
        },
        0.5f)]
    public float Lambda { get; set; }

    /// <inheritdoc/>
    public DisentangleEncoderOptions Apply(DisentangleEncoderOptions options) => options with { Objective = Loss };

    private protected abstract Objective Loss { get; }
}
