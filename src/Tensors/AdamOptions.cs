namespace Disentangle.ML.Tensors;

/// <summary>
/// Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019) with <see cref="DecoupledWeightDecay"/>; the defaults are PyTorch's.
/// </summary>
public sealed record AdamOptions : OptimizerOptions
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

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        if (!(Beta1 >= 0 && Beta1 < 1) || !(Beta2 >= 0 && Beta2 < 1))
            throw OutOfRange(null, $"Beta1 and Beta2 must be at least 0 and less than 1, not {Beta1} and {Beta2}.");
        if (!(Epsilon > 0))
            throw OutOfRange(Epsilon, "Epsilon must be positive.");
        if (!(WeightDecay >= 0))
            throw OutOfRange(WeightDecay, "WeightDecay must not be negative.");
    }
}
