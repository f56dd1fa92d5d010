namespace Disentangle.ML.Tensors;

/// <summary>Stochastic gradient descent: v = μ v + g; w = w - η v.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>μ, 0 or more and less than 1. Default 0.</summary>
    public float Momentum { get; init; }

    /// <summary>λ: λ w is added to the gradient of a weight w. Not negative. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        if (!(Momentum >= 0 && Momentum < 1))
            throw OutOfRange(Momentum, "Momentum must be at least 0 and less than 1.");
        if (!(WeightDecay >= 0))
            throw OutOfRange(WeightDecay, "WeightDecay must not be negative.");
    }
}
