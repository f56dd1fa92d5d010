namespace Disentangle.ML.Trainers;

/// <summary>The similarity a classifier uses.</summary>
/// <param name="Kind">The formula.</param>
/// <param name="Gamma">γ of the Gaussian similarity; greater than 0. Default ½.</param>
/// <param name="LearnGamma">Whether γ is learned, starting from <paramref name="Gamma"/>. Default false.</param>
public sealed record Similarity(SimilarityKind Kind, float Gamma = 0.5f, bool LearnGamma = false)
{
    /// <summary>w_k · h + b_k.</summary>
    public static Similarity Linear { get; } = new(SimilarityKind.Linear);
}
