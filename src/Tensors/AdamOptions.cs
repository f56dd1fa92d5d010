using static System.FormattableString;

namespace Disentangle.ML.Tensors;

/// <summary>
/// Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019) with <see cref="DecoupledWeightDecay"/>; the defaults are PyTorch's.
/// </summary>
public sealed record AdamOptions
{
    /// <summary>β₁, the decay of the first moment. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>β₂, the decay of the second moment. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>ε, added to the root of the second moment. Default 1e-8.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>The factor of the L2 penalty. Not negative. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Whether the decay applies to the weights directly and not through the gradient, as in AdamW. Default false.</summary>
    public bool DecoupledWeightDecay { get; init; }

    /// <summary>
    /// If the Euclidean norm of all gradients together exceeds this value, they are scaled down to it. Positive. Default: no limit.
    /// </summary>
    public float MaximumGradientNorm { get; init; } = float.PositiveInfinity;

    /// <summary>Describes the invalid settings, one sentence each that begins with the name of the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (!(Beta1 >= 0 && Beta1 < 1))
            yield return Invariant($"Beta1 is {Beta1}; it must be 0 or more and less than 1.");
        if (!(Beta2 >= 0 && Beta2 < 1))
            yield return Invariant($"Beta2 is {Beta2}; it must be 0 or more and less than 1.");
        if (!(Epsilon > 0) || float.IsInfinity(Epsilon))
            yield return Invariant($"Epsilon is {Epsilon}; it must be greater than 0.");
        if (!(WeightDecay >= 0) || float.IsInfinity(WeightDecay))
            yield return Invariant($"WeightDecay is {WeightDecay}; it must be 0 or more.");
        if (!(MaximumGradientNorm > 0))
            yield return Invariant($"MaximumGradientNorm is {MaximumGradientNorm}; it must be greater than 0.");
    }

    /// <summary>Throws if a setting is invalid. Engines call this when they create an optimiser.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range; the message lists all that are.</exception>
    public void Check()
    {
        string faults = string.Join(" ", Faults());
        if (faults.Length > 0)
            throw new ArgumentOutOfRangeException("options", faults);
    }
}
