namespace Disentangle.ML.Trainers;

/// <summary>The similarity of an embedding h to class k with weights w_k. The predicted class is the most similar one.</summary>
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
