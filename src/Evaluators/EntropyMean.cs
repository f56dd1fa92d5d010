namespace Disentangle.ML.Evaluators;

/// <summary>Which mean of the two entropies normalises a mutual information. The choice changes the value: state it with every figure.</summary>
public enum EntropyMean
{
    /// <summary>(H(U) + H(V)) / 2, the default here and of scikit-learn.</summary>
    Arithmetic,

    /// <summary>√(H(U) H(V)).</summary>
    Geometric,

    /// <summary>min(H(U), H(V)), the most lenient: a refinement of the classes scores 1.</summary>
    Min,

    /// <summary>max(H(U), H(V)), the strictest; the choice of Romanov and Rumshisky (2017).</summary>
    Max,
}
