namespace Disentangle.ML.Transforms;

/// <summary>How much a latent dimension varies.</summary>
/// <param name="Latent">The latent vector.</param>
/// <param name="Index">The index of the dimension, from 0.</param>
/// <param name="Random">The variance over rows of all classes, divided by the largest of any dimension of either latent: 0 to 1.</param>
/// <param name="ClassFixed">
/// The variance within a class, averaged over the rows, divided by the same number: 0 to <paramref name="Random"/>.
/// </param>
public sealed record LatentVariance(Latent Latent, int Index, double Random, double ClassFixed)
{
    /// <summary>
    /// The share of the variance that remains when the class is fixed, 0 to 1: near 0 for a dimension that determines the class, near 1
    /// for one independent of it. NaN for a dimension that does not vary.
    /// </summary>
    public double Share => ClassFixed / Random;
}
