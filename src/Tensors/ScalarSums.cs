namespace Disentangle.ML.Tensors;

/// <summary>
/// Sums scalars over steps, and remembers the first that was NaN or infinite. An engine on a GPU sums on the device: reading a scalar would make the
/// processor wait for all operations before it.
/// </summary>
public abstract class ScalarSums
{
    /// <summary>Adds the scalars of a step, each times a factor.</summary>
    /// <param name="scalars">One for each sum, in the open step.</param>
    /// <param name="factor">For example the number of rows.</param>
    /// <returns>The first scalar that was not finite, if it is known already.</returns>
    public abstract NonFiniteScalar? Add(ReadOnlySpan<Tensor> scalars, double factor);

    /// <summary>Copies the sums.</summary>
    /// <param name="sums">Receives them.</param>
    /// <returns>The first scalar that was not finite; null if all were.</returns>
    public abstract NonFiniteScalar? Read(Span<double> sums);
}
