namespace Disentangle.ML.Tensors;

/// <summary>Settings of an optimiser.</summary>
public abstract record OptimizerOptions
{
    /// <summary>
    /// The gradients of all parameters together are scaled down to this Euclidean norm where they exceed it. Default: no limit.
    /// </summary>
    public float MaximumGradientNorm { get; init; } = float.PositiveInfinity;
}

/// <summary>Stochastic gradient descent: v = μ v + g; w = w - η v.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>μ, 0 or more and less than 1. Default 0.</summary>
    public float Momentum { get; init; }

    /// <summary>Added to the gradient times the weight. Default 0.</summary>
    public float WeightDecay { get; init; }
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
