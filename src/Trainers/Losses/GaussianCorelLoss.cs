using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Pulls an embedding to the weights of its class and pushes it away from all class weights: att = γ |h_i - w_{y_i}|², rep = log Σ_k
/// exp(-γ |h_i - w_k|²). The predicted class has the nearest w_k. At λ = 1 the optimal w_k is the mean of its class; below ½ the loss has
/// no lower bound. Kenyon-Dean et al. (2019); the formulas follow the paper, not the authors' code, which applies λ twice.
/// </summary>
public sealed record GaussianCorelLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "Gaussian-COREL";

    /// <summary>λ, the weight of attraction; 0 to 1. Default 0.5.</summary>
    public float Lambda { get; init; } = 0.5f;

    /// <summary>γ, greater than 0. Default ½.</summary>
    public float Gamma { get; init; } = 0.5f;

    /// <summary>Whether γ is learned, starting from <see cref="Gamma"/>. Default false.</summary>
    public bool LearnGamma { get; init; }

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Labels | LossNeeds.Classifier;

    /// <inheritdoc/>
    public Similarity Similarity => new(SimilarityKind.Gaussian, Gamma, LearnGamma);

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in AttractiveRepulsive.Faults(Name, Lambda))
            yield return fault;
        if (!(Gamma > 0) || float.IsInfinity(Gamma))
            yield return FormattableString.Invariant($"Gamma of {Name} is {Gamma}; it must be greater than 0.");
    }

    /// <inheritdoc/>
    public Tensor Compute(LossContext context) => AttractiveRepulsive.Softmax(context, Lambda);
}
