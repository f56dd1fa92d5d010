using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Turns an embedding towards the weights of its class and away from those of the nearest other class: att = 1 - cos(h_i, w_{y_i}),
/// rep = (max_{k≠y_i} cos(h_i, w_k))². The maximum excludes the true class, as in the paper; the authors' code sets it to 0 instead, which
/// discards negative maxima. Kenyon-Dean et al. (2019).
/// </summary>
public sealed record CosineCorelLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "Cosine-COREL";

    /// <summary>λ, the weight of attraction; 0 to 1. Default 0.5.</summary>
    public float Lambda { get; init; } = 0.5f;

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Labels | LossNeeds.Classifier;

    /// <inheritdoc/>
    public Similarity Similarity => new(SimilarityKind.Cosine);

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => AttractiveRepulsive.Faults(Name, Lambda);

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        Engine engine = context.Engine;
        return AttractiveRepulsive.Mix(context, Lambda,
            attraction: (cosines, labels) => 1 - engine.Pick(cosines, labels),
            repulsion: (cosines, labels) =>
            {
                // Subtracting 4 puts the true class below every cosine.
                var trueClass = new float[cosines.Shape.Length];
                for (int i = 0; i < labels.Length; i++)
                    trueClass[i * cosines.Shape[1] + labels[i]] = -4;
                return engine.Square(engine.Max(cosines + engine.Constant(cosines.Shape, trueClass), axis: 1));
            });
    }
}
