using System.Numerics.Tensors;
using Disentangle.ML.Tensors.Points;

namespace Disentangle.ML.Trainers;

/// <summary>The weights, means and covariances of a mixture, with the density and posterior probabilities of rows.</summary>
internal sealed class MixtureDensity
{
    private readonly double[] _factors;
    private readonly double[] _logNorms;

    private MixtureDensity(CovarianceType type, int dimension, double[] weights, double[] means, double[] covariances)
    {
        (Type, Dimension, Weights, Means, Covariances) = (type, dimension, weights, means, covariances);
        _factors = new double[FactorCount * FactorLength];
        _logNorms = new double[weights.Length];
    }

    public CovarianceType Type { get; }

    public int Dimension { get; }

    public double[] Weights { get; }

    public double[] Means { get; }

    /// <summary>Full: K matrices. Tied: one matrix. Diagonal: K times D variances. Spherical: K variances.</summary>
    public double[] Covariances { get; }

    public int ComponentCount => Weights.Length;

    /// <summary>The scratch size of <see cref="Posteriors"/>.</summary>
    public int ScratchSize => Math.Max(Dimension * GaussianKernels.Strip, 2 * PointBlocks.Size);

    private bool HasMatrices => Type is CovarianceType.Full or CovarianceType.Tied;

    private int FactorCount => Type == CovarianceType.Tied ? 1 : ComponentCount;

    private int FactorLength => HasMatrices ? GaussianKernels.PackedLength(Dimension) : Dimension;

    /// <summary>The length of <see cref="Covariances"/>.</summary>
    public static long CovarianceLength(CovarianceType type, int components, int dimension) => type switch
    {
        CovarianceType.Full => (long)components * dimension * dimension,
        CovarianceType.Tied => (long)dimension * dimension,
        CovarianceType.Diagonal => (long)components * dimension,
        _ => components,
    };

    /// <summary>Creates the density, or returns a component whose covariance has no Cholesky factor.</summary>
    public static (MixtureDensity? Density, int Singular) Create(CovarianceType type, int dimension, double[] weights, double[] means,
        double[] covariances)
    {
        var density = new MixtureDensity(type, dimension, weights, means, covariances);
        int singular = density.Factorize();
        return singular < 0 ? (density, -1) : (null, singular);
    }

    public ReadOnlySpan<double> Mean(int component) => Means.AsSpan(component * Dimension, Dimension);

    /// <summary>The variances of a component with a diagonal or spherical covariance: one per feature, or one.</summary>
    public ReadOnlySpan<double> Variances(int component) =>
        Type == CovarianceType.Diagonal ? Covariances.AsSpan(component * Dimension, Dimension) : Covariances.AsSpan(component, 1);

    /// <summary>An element of the covariance of a component.</summary>
    public double Covariance(int component, int i, int j) => HasMatrices
        ? Covariances[((Type == CovarianceType.Tied ? 0 : component) * Dimension + i) * Dimension + j]
        : i != j ? 0 : Type == CovarianceType.Diagonal ? Covariances[component * Dimension + i] : Covariances[component];

    private ReadOnlySpan<double> Factor(int component) =>
        _factors.AsSpan(Type == CovarianceType.Tied ? 0 : component * FactorLength, FactorLength);

    /// <summary>Inverts the Cholesky factors; returns the first component for which this fails, or -1.</summary>
    private int Factorize()
    {
        double[] matrix = HasMatrices ? new double[Dimension * Dimension] : [];
        var logDeterminants = new double[FactorCount];
        for (int k = 0; k < FactorCount; k++)
        {
            Span<double> factor = _factors.AsSpan(k * FactorLength, FactorLength);
            if (HasMatrices)
            {
                Covariances.AsSpan(k * matrix.Length, matrix.Length).CopyTo(matrix);
                if (!Cholesky.TryInvertFactor(matrix, Dimension))
                    return k;
                for (int f = 0; f < Dimension; f++)
                    logDeterminants[k] += Math.Log(matrix[f * (Dimension + 1)]);
                GaussianKernels.Pack(matrix, Dimension, factor);
                continue;
            }
            ReadOnlySpan<double> variances = Variances(k);
            for (int f = 0; f < Dimension; f++)
            {
                double variance = variances[Math.Min(f, variances.Length - 1)];
                if (!(variance > 0))
                    return k;
                factor[f] = 1 / Math.Sqrt(variance);
                logDeterminants[k] += Math.Log(factor[f]);
            }
        }
        for (int k = 0; k < ComponentCount; k++)
            _logNorms[k] = Math.Log(Weights[k]) - Dimension / 2.0 * Math.Log(2 * Math.PI) + logDeterminants[FactorCount == 1 ? 0 : k];
        return -1;
    }

    /// <summary>
    /// The posterior probabilities p_k(x) = π_k N(x | μ_k, Σ_k) / p(x) and the log-density log p(x) of the rows of a block, by
    /// log-sum-exp.
    /// </summary>
    /// <param name="block">The rows.</param>
    /// <param name="posteriors">Receives the probabilities: one array per component.</param>
    /// <param name="offset">The offset of the block in the arrays.</param>
    /// <param name="logDensities">
    /// One per row; the length is a multiple of <see cref="GaussianKernels.Strip"/> and sets the number of rows.
    /// </param>
    /// <param name="scratch">Scratch of <see cref="ScratchSize"/> values.</param>
    public void Posteriors(ReadOnlySpan<double> block, double[][] posteriors, int offset, Span<double> logDensities, Span<double> scratch)
    {
        int length = logDensities.Length;
        for (int k = 0; k < ComponentCount; k++)
        {
            Span<double> values = posteriors[k].AsSpan(offset, length);
            if (HasMatrices)
                GaussianKernels.Distances(block, Mean(k), Factor(k), scratch, values);
            else
                GaussianKernels.ScaledDistances(block, Mean(k), Factor(k), values);
            TensorPrimitives.Multiply(values, -0.5, values);
            TensorPrimitives.Add(values, _logNorms[k], values);
        }
        Span<double> greatest = scratch[..length], sum = scratch.Slice(length, length);
        posteriors[0].AsSpan(offset, length).CopyTo(greatest);
        for (int k = 1; k < ComponentCount; k++)
            TensorPrimitives.Max(greatest, posteriors[k].AsSpan(offset, length), greatest);
        sum.Clear();
        for (int k = 0; k < ComponentCount; k++)
        {
            Span<double> values = posteriors[k].AsSpan(offset, length);
            TensorPrimitives.Subtract(values, greatest, values);
            TensorPrimitives.Exp(values, values);
            TensorPrimitives.Add(sum, values, sum);
        }
        for (int k = 0; k < ComponentCount; k++)
        {
            Span<double> values = posteriors[k].AsSpan(offset, length);
            TensorPrimitives.Divide(values, sum, values);
        }
        TensorPrimitives.Log(sum, logDensities);
        TensorPrimitives.Add(logDensities, greatest, logDensities);
    }
}
