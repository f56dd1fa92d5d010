namespace Disentangle.ML.Tensors;

/// <summary>Settings of an optimiser.</summary>
public abstract record OptimizerOptions
{
    /// <summary>
    /// If the Euclidean norm of all gradients together exceeds this value, they are scaled down to it. Positive. Default: no limit.
    /// </summary>
    public float MaximumGradientNorm { get; init; } = float.PositiveInfinity;

    /// <summary>Throws if a setting is out of range. Engines call this when they create an optimiser.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public virtual void Check()
    {
        if (!(MaximumGradientNorm > 0))
            throw OutOfRange(MaximumGradientNorm, "MaximumGradientNorm must be positive.");
    }

    private protected static ArgumentOutOfRangeException OutOfRange(object? value, string message) => new("options", value, message);
}
