namespace Disentangle.ML.Tensors;

/// <summary>Updates parameters from their gradients.</summary>
public abstract class Optimizer
{
    /// <summary>Updates the parameters with the gradients that <see cref="Engine.Backward"/> computed in the open step.</summary>
    /// <param name="learningRate">η, not negative.</param>
    /// <param name="gradientScale">Multiplies the gradients before anything else. Finite and not negative. Default 1.</param>
    /// <returns>The Euclidean norm of all scaled gradients before clipping, a scalar of the open step.</returns>
    public abstract Tensor Update(float learningRate, float gradientScale = 1);

    /// <summary>Checks the arguments of <see cref="Update"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative or not finite.</exception>
    protected static void CheckUpdate(float learningRate, float gradientScale)
    {
        if (!(learningRate >= 0 && float.IsFinite(learningRate)))
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate),
                FormattableString.Invariant($"The learning rate is {learningRate}; it must be finite and 0 or more."));
        }
        if (!(gradientScale >= 0 && float.IsFinite(gradientScale)))
        {
            throw new ArgumentOutOfRangeException(nameof(gradientScale),
                FormattableString.Invariant($"The gradient scale is {gradientScale}; it must be finite and 0 or more."));
        }
    }

    /// <summary>Updates the parameters as <see cref="Update"/> does, and reads the norm.</summary>
    /// <param name="learningRate">η, not negative.</param>
    /// <returns>The Euclidean norm of all gradients before clipping.</returns>
    public float Step(float learningRate) => Update(learningRate).Item();

    /// <summary>The number of values that <see cref="SaveState"/> writes.</summary>
    public abstract int StateLength { get; }

    /// <summary>The number of updates so far.</summary>
    public abstract long StepCount { get; }

    /// <summary>Copies the moments, from which training resumes bit for bit.</summary>
    public abstract void SaveState(Span<float> destination);

    /// <summary>Restores moments written by <see cref="SaveState"/>.</summary>
    public abstract void LoadState(long stepCount, ReadOnlySpan<float> source);
}
