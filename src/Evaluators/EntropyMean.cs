namespace Disentangle.ML.Evaluators;

/// <summary>
/// The mean of the two entropies that normalises mutual information. It changes the value, so report it with every figure.
/// </summary>
public enum EntropyMean
{
    /// <summary>(H(U) + H(V)) / 2, the default here and in scikit-learn.</summary>
    Arithmetic,

    /// <summary>√(H(U) H(V)).</summary>
    Geometric,

    /// <summary>min(H(U), H(V)), the most lenient: refinements of the classes score 1.</summary>
    Min,

    /// <summary>max(H(U), H(V)), the strictest; used by Romanov and Rumshisky (2017).</summary>
    Max,
}
