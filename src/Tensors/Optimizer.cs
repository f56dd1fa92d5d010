namespace Disentangle.ML.Tensors;

/// <summary>Settings of an optimiser.</summary>
public abstract record OptimizerOptions
{
    /// <summary>
    /// The gradients of all parameters together are scaled down to this Euclidean norm where they exceed it. Default: no limit.
    /// </summary>
    public float MaximumGradientNorm { get; init; } = float.PositiveInfinity;

    /// <summary>Throws where a setting is out of range. Engines call it when they make an optimiser.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public virtual void Check()
    {
        if (!(MaximumGradientNorm > 0))
            throw OutOfRange(MaximumGradientNorm, "The greatest gradient norm must be positive.");
    }

    private protected static ArgumentOutOfRangeException OutOfRange(object? value, string message) => new("options", value, message);
}

/// <summary>Stochastic gradient descent: v = μ v + g; w = w - η v.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>μ, 0 or more and less than 1. Default 0.</summary>
    public float Momentum { get; init; }

    /// <summary>Added to the gradient times the weight. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        if (!(Momentum >= 0 && Momentum < 1))
            throw OutOfRange(Momentum, "Momentum is 0 or more and less than 1.");
        if (!(WeightDecay >= 0))
            throw OutOfRange(WeightDecay, "Weight decay is not negative.");
    }
}

/// <summary>Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019) with <see cref="DecoupledWeightDecay"/>; the defaults are PyTorch's.</summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>β₁, the decay of the first moment. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>β₂, the decay of the second moment. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>ε, added to the root of the second moment. Default 1e-8.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>The L2 penalty's factor. Default 0.</summary>
    public float WeightDecay { get; init; }

    /// <summary>AdamW: the decay acts on the weights directly, not through the gradient. Default false.</summary>
    public bool DecoupledWeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        if (!(Beta1 >= 0 && Beta1 < 1) || !(Beta2 >= 0 && Beta2 < 1))
            throw OutOfRange(null, $"Adam's decays are 0 or more and less than 1, not {Beta1} and {Beta2}.");
        if (!(Epsilon > 0))
            throw OutOfRange(Epsilon, "Adam's epsilon must be positive.");
        if (!(WeightDecay >= 0))
            throw OutOfRange(WeightDecay, "Weight decay is not negative.");
    }
}

/// <summary>Changes parameters by their gradients.</summary>
public abstract class Optimizer
{
    /// <summary>One update with the gradients of the open step, whose Backward has run.</summary>
    /// <param name="learningRate">η, not negative.</param>
    /// <returns>The Euclidean norm of all gradients before clipping, a scalar of the open step.</returns>
    public abstract Tensor Update(float learningRate);

    /// <summary>As <see cref="Update"/>, and reads the norm.</summary>
    /// <param name="learningRate">η, not negative.</param>
    /// <returns>The Euclidean norm of all gradients before clipping.</returns>
    public float Step(float learningRate) => Update(learningRate).Item();

    /// <summary>The number of values that <see cref="SaveState"/> writes.</summary>
    public abstract int StateLength { get; }

    /// <summary>Number of steps taken, 1-based for the bias correction.</summary>
    public abstract long StepCount { get; }

    /// <summary>Copies the moments, so that training can go on from here bit for bit.</summary>
    public abstract void SaveState(Span<float> destination);

    /// <summary>Takes moments that <see cref="SaveState"/> gave.</summary>
    public abstract void LoadState(long stepCount, ReadOnlySpan<float> source);
}
