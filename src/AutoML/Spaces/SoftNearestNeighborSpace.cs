using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML.SearchSpace;

namespace Disentangle.ML.AutoML;

/// <summary>The weight and temperature decay of the soft nearest neighbour loss, added to an autoencoder's reconstruction.</summary>
public sealed class SoftNearestNeighborSpace : ISweepSpace<DisentangleAutoencoderOptions>
{
    /// <summary>The weight of the loss, 1 to 1000 on a logarithmic scale. Default 100.</summary>
    [Range(1f, 1000f, 100f, true)]
    public float Weight { get; set; }

    /// <summary>The exponent γ of the temperature 1 / (1 + epoch)^γ, 0 (fixed) to 1. Default 0.55, as in the paper.</summary>
    [Range(0f, 1f, 0.55f)]
    public float Gamma { get; set; }

    /// <inheritdoc/>
    public DisentangleAutoencoderOptions Apply(DisentangleAutoencoderOptions options) =>
        options with
        {
            Objective = Objective.Reconstruction() + Objective.SoftNearestNeighbor(Weight, Temperature.Annealed(gamma: Gamma)),
        };
}
