namespace Disentangle.ML.Trainers;

/// <summary>How alike two embeddings are.</summary>
public enum PairKernel
{
    /// <summary>By the angle between them: exp(u · v / T). For embeddings of several values.</summary>
    Angle,

    /// <summary>By their distance, with the heavy tail of t-SNE: 1 / (1 + |z - z'|²). For maps of two or three dimensions.</summary>
    Cauchy,
}
