namespace Disentangle.ML.Trainers;

/// <summary>How a classifier compares an embedding h with class k, whose weights are w_k. Prediction is the most similar class.</summary>
public enum SimilarityKind
{
    /// <summary>w_k · h + b_k; one logit for two classes.</summary>
    Linear,

    /// <summary>w_k · h, without bias.</summary>
    Dot,

    /// <summary>cos(h, w_k).</summary>
    Cosine,

    /// <summary>-γ |h - w_k|².</summary>
    Gaussian,
}

/// <summary>A classifier's similarity.</summary>
/// <param name="Kind">Its formula.</param>
/// <param name="Gamma">γ of the Gaussian similarity; greater than 0. Default ½.</param>
/// <param name="LearnGamma">Whether γ is learned, from <paramref name="Gamma"/> on. Default false.</param>
public sealed record Similarity(SimilarityKind Kind, float Gamma = 0.5f, bool LearnGamma = false)
{
    /// <summary>w_k · h + b_k.</summary>
    public static Similarity Linear { get; } = new(SimilarityKind.Linear);
}
