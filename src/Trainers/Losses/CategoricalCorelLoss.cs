using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Categorical cross-entropy with separate weights for attraction and repulsion: att = -w_{y_i} · h_i, rep = log Σ_k exp(w_k · h_i). λ = ½
/// is half the softmax cross-entropy of a classifier without bias; with any other λ the loss has no lower bound. Kenyon-Dean et al.
/// (2019).
/// </summary>
public sealed record CategoricalCorelLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "CCE";

    /// <summary>λ, the weight of attraction; 0 to 1. Default 0.5.</summary>
    public float Lambda { get; init; } = 0.5f;

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Labels | LossNeeds.Classifier;

    /// <inheritdoc/>
    public Similarity Similarity => new(SimilarityKind.Dot);

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => AttractiveRepulsive.Faults(Name, Lambda);

    /// <inheritdoc/>
    public Tensor Compute(LossContext context) => AttractiveRepulsive.Softmax(context, Lambda);
}
