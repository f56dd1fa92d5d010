namespace Disentangle.ML.Tensors;

/// <summary>
/// Sums scalars over steps and remembers the first that was NaN or infinite. A GPU engine reads the scalars of many steps at once,
/// because reading one makes the processor wait for all preceding operations.
/// </summary>
public abstract class ScalarSums
{
    /// <summary>Adds the scalars of a step, multiplied by a factor.</summary>
    /// <param name="scalars">One for each sum, in the open step.</param>
    /// <param name="factor">For example the number of rows.</param>
    /// <returns>The first scalar that was not finite, if already known; otherwise null.</returns>
    public abstract NonFiniteScalar? Add(ReadOnlySpan<Tensor> scalars, double factor);

    /// <summary>Copies the sums.</summary>
    /// <param name="sums">Receives the sums.</param>
    /// <returns>The first scalar that was not finite; null if all were.</returns>
    public abstract NonFiniteScalar? Read(Span<double> sums);
}
