using System.Numerics.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Where the fitting of a <see cref="GaussianMixture"/> starts, when not from k-means.</summary>
public sealed class GaussianMixtureStart
{
    private GaussianMixtureStart(double[]? responsibilities, double[]? weights, double[]? means, double[]? covariances) =>
        (Responsibilities, Weights, Means, Covariances) = (responsibilities, weights, means, covariances);

    internal double[]? Responsibilities { get; }

    internal double[]? Weights { get; }

    internal double[]? Means { get; }

    internal double[]? Covariances { get; }

    /// <summary>Starts with the maximisation from these probabilities of the components.</summary>
    /// <param name="responsibilities">Row after row K values, 0 or more; those of a row are scaled to sum to 1.</param>
    public static GaussianMixtureStart FromResponsibilities(ReadOnlySpan<double> responsibilities) =>
        new(Finite(responsibilities, nameof(responsibilities)), null, null, null);

    /// <summary>Starts with every row belonging to the component whose mean is nearest to it.</summary>
    /// <param name="means">Component after component D values.</param>
    public static GaussianMixtureStart FromMeans(ReadOnlySpan<double> means) => new(null, null, Finite(means, nameof(means)), null);

    /// <summary>Starts with the expectation by this mixture; a loop over more and more rows or features can so go on from the last one.</summary>
    /// <param name="weights">K values greater than 0; they are scaled to sum to 1.</param>
    /// <param name="means">Component after component D values.</param>
    /// <param name="covariances">
    /// Full: K matrices of D x D, one after the other. Tied: one such matrix. Diagonal: component after component D variances. Spherical: K variances.
    /// </param>
    public static GaussianMixtureStart FromParameters(ReadOnlySpan<double> weights, ReadOnlySpan<double> means, ReadOnlySpan<double> covariances) =>
        new(null, Positive(weights), Finite(means, nameof(means)), Finite(covariances, nameof(covariances)));

    private static double[] Positive(ReadOnlySpan<double> weights) => weights.IsEmpty || TensorPrimitives.Min(weights) > 0
        ? Finite(weights, nameof(weights))
        : throw new ArgumentException("The weights have a value that is not greater than 0.", nameof(weights));

    private static double[] Finite(ReadOnlySpan<double> values, string name) => TensorPrimitives.IsFiniteAll(values)
        ? values.ToArray()
        : throw new ArgumentException($"The {name} have a value that is NaN or infinite.", name);
}
