using System.Numerics.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A start for fitting a <see cref="GaussianMixture"/>, instead of k-means.</summary>
public sealed class GaussianMixtureStart
{
    private GaussianMixtureStart(double[]? responsibilities, double[]? weights, double[]? means, double[]? covariances) =>
        (Responsibilities, Weights, Means, Covariances) = (responsibilities, weights, means, covariances);

    internal double[]? Responsibilities { get; }

    internal double[]? Weights { get; }

    internal double[]? Means { get; }

    internal double[]? Covariances { get; }

    /// <summary>Starts with a maximisation step from these responsibilities.</summary>
    /// <param name="responsibilities">K values of 0 or more per row; each row is scaled to sum 1.</param>
    public static GaussianMixtureStart FromResponsibilities(ReadOnlySpan<double> responsibilities) =>
        new(Finite(responsibilities, nameof(responsibilities)), null, null, null);

    /// <summary>Starts by assigning every row to the component with the nearest mean.</summary>
    /// <param name="means">D values per component.</param>
    public static GaussianMixtureStart FromMeans(ReadOnlySpan<double> means) => new(null, null, Finite(means, nameof(means)), null);

    /// <summary>Starts with an expectation step from this mixture, for example to continue a previous fit on more rows.</summary>
    /// <param name="weights">K values greater than 0; they are scaled to sum 1.</param>
    /// <param name="means">D values per component.</param>
    /// <param name="covariances">
    /// Full: K matrices of D x D. Tied: one such matrix. Diagonal: D variances per component. Spherical: K variances.
    /// </param>
    public static GaussianMixtureStart FromParameters(ReadOnlySpan<double> weights, ReadOnlySpan<double> means,
        ReadOnlySpan<double> covariances) =>
        new(null, Positive(weights), Finite(means, nameof(means)), Finite(covariances, nameof(covariances)));

    private static double[] Positive(ReadOnlySpan<double> weights) => weights.IsEmpty || TensorPrimitives.Min(weights) > 0
        ? Finite(weights, nameof(weights))
        : throw new ArgumentException("The weights include a value that is not greater than 0.", nameof(weights));

    private static double[] Finite(ReadOnlySpan<double> values, string name) => TensorPrimitives.IsFiniteAll(values)
        ? values.ToArray()
        : throw new ArgumentException($"The {name} include a value that is NaN or infinite.", name);
}
