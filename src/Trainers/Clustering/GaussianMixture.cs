using System.Numerics;
using System.Numerics.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A mixture of K Gaussians in D dimensions, p(x) = Σ_k π_k N(x | μ_k, Σ_k), fitted by expectation-maximisation. Immutable and
/// thread-safe.
/// </summary>
public sealed class GaussianMixture
{
    /// <summary>The maximum number of components.</summary>
    public const int MaximumComponents = 32767;

    internal GaussianMixture(MixtureDensity density, IReadOnlyList<double> history, bool converged, double rowCount) =>
        (Density, History, Converged, RowCount) = (density, history, converged, rowCount);

    internal MixtureDensity Density { get; }

    /// <summary>The number of components, K.</summary>
    public int NumberOfComponents => Density.ComponentCount;

    /// <summary>The number of features, D.</summary>
    public int Dimension => Density.Dimension;

    /// <summary>The form of the covariances.</summary>
    public CovarianceType CovarianceType => Density.Type;

    /// <summary>The weight π_k of each component: 0 or more, with sum 1.</summary>
    public IReadOnlyList<double> Weights => Array.AsReadOnly(Density.Weights);

    /// <summary>
    /// The mean log-likelihood per row before each iteration and at the end, in nats. It increases, except for the effect of
    /// <see cref="GaussianMixtureSettings.Regularization"/>.
    /// </summary>
    public IReadOnlyList<double> History { get; }

    /// <summary>The number of iterations.</summary>
    public int Iterations => History.Count - 1;

    /// <summary>
    /// Whether the last iteration changed the log-likelihood by less than <see cref="GaussianMixtureSettings.Tolerance"/>.
    /// </summary>
    public bool Converged { get; }

    /// <summary>The number of training rows N, or the sum of their weights.</summary>
    public double RowCount { get; }

    /// <summary>The mean log-likelihood per training row, in nats.</summary>
    public double LogLikelihood => History[^1];

    /// <summary>The log-likelihood log L of all training rows, in nats.</summary>
    public double TotalLogLikelihood => RowCount * LogLikelihood;

    /// <summary>The number of free parameters p: those of the covariances, K D for the means and K - 1 for the weights.</summary>
    public long ParameterCount => NumberOfComponents * (Dimension + 1L) - 1 + CovarianceType switch
    {
        CovarianceType.Full => NumberOfComponents * (Dimension * (Dimension + 1L) / 2),
        CovarianceType.Tied => Dimension * (Dimension + 1L) / 2,
        _ => Density.Covariances.Length,
    };

    /// <summary>The Bayesian information criterion, p log N - 2 log L (Schwarz 1978); lower is better.</summary>
    public double Bic => ParameterCount * Math.Log(RowCount) - 2 * TotalLogLikelihood;

    /// <summary>The Akaike information criterion, 2 p - 2 log L (Akaike 1974); lower is better.</summary>
    public double Aic => 2 * ParameterCount - 2 * TotalLogLikelihood;

    /// <summary>The mean μ_k: D values.</summary>
    /// <param name="component">k, from 0.</param>
    public ReadOnlySpan<double> Mean(int component)
    {
        Check(component);
        return Density.Mean(component);
    }

    /// <summary>The covariance Σ_k: [D x D] for every <see cref="CovarianceType"/>.</summary>
    /// <param name="component">k, from 0.</param>
    public double[,] Covariance(int component)
    {
        Check(component);
        var matrix = new double[Dimension, Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            for (int j = 0; j < Dimension; j++)
                matrix[i, j] = Density.Covariance(component, i, j);
        }
        return matrix;
    }

    /// <summary>Fits a mixture to rows.</summary>
    /// <param name="values">The concatenated rows.</param>
    /// <param name="dimension">The number of features. At least 1.</param>
    /// <param name="settings">The settings. Default null: the defaults of <see cref="GaussianMixtureSettings"/>.</param>
    /// <param name="weights">The weight of each row, 0 or more. Default: 1.</param>
    /// <exception cref="ArgumentException">
    /// Settings are out of range (the message lists all of them), or the sizes do not match.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A value is NaN or infinite; a weight is NaN, infinite or negative; there are fewer distinct rows than components; or a covariance
    /// is singular.
    /// </exception>
    /// <exception cref="OperationCanceledException">The settings' token was cancelled.</exception>
    public static GaussianMixture Fit<T>(
        ReadOnlySpan<T> values, int dimension, GaussianMixtureSettings? settings = null, ReadOnlySpan<double> weights = default)
        where T : struct, INumberBase<T>
    {
        settings ??= new();
        settings.Validate();
        return ExpectationMaximization.Fit(WeightedPoints.Of(values, dimension, weights), settings, seed: 0);
    }

    /// <summary>Computes the posterior probabilities of the components and the log-densities of rows.</summary>
    /// <param name="values">The concatenated rows.</param>
    /// <param name="posteriors">Receives K values per row, with sum 1.</param>
    /// <param name="logDensities">Receives log p(x) of each row, in nats. Default: none.</param>
    /// <exception cref="ArgumentException">The sizes do not match.</exception>
    /// <exception cref="InvalidDataException">A value is NaN or infinite.</exception>
    public void Score<T>(ReadOnlySpan<T> values, Span<double> posteriors, Span<double> logDensities = default)
        where T : struct, INumberBase<T>
    {
        if (values.Length % Dimension != 0)
            throw new ArgumentException($"{values.Length} values do not divide into rows of {Dimension}.", nameof(values));
        int count = values.Length / Dimension;
        if (posteriors.Length != count * NumberOfComponents)
            throw new ArgumentException($"{count} rows need {count * NumberOfComponents} posteriors, not {posteriors.Length}.",
                nameof(posteriors));
        if (!logDensities.IsEmpty && logDensities.Length != count)
            throw new ArgumentException($"{count} rows need {count} log-densities, not {logDensities.Length}.", nameof(logDensities));

        var scorer = new MixtureScorer(Density);
        for (int row = 0; row < count; row++)
            scorer.Add(values.Slice(row * Dimension, Dimension));
        scorer.Run();
        for (int row = 0; row < count; row++)
        {
            for (int k = 0; k < NumberOfComponents; k++)
                posteriors[row * NumberOfComponents + k] = scorer.Posterior(k, row);
            if (!logDensities.IsEmpty)
                logDensities[row] = scorer.LogDensity(row);
        }
    }

    /// <summary>The most probable component of each row, from 0; the first one in a tie.</summary>
    /// <param name="values">The concatenated rows.</param>
    /// <exception cref="ArgumentException">The sizes do not match.</exception>
    /// <exception cref="InvalidDataException">A value is NaN or infinite.</exception>
    public int[] Predict<T>(ReadOnlySpan<T> values) where T : struct, INumberBase<T>
    {
        var posteriors = new double[values.Length / Dimension * NumberOfComponents];
        Score(values, posteriors);
        return [.. posteriors.Chunk(NumberOfComponents).Select(row => TensorPrimitives.IndexOfMax<double>(row))];
    }

    private void Check(int component)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(component);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(component, NumberOfComponents);
    }
}
