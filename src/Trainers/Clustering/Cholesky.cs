using System.Numerics.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The Cholesky factor of a covariance and its inverse.</summary>
internal static class Cholesky
{
    private static readonly double Precision = double.BitIncrement(1) - 1;

    /// <summary>
    /// Replaces the lower triangle of Σ by that of L⁻¹, where Σ = L Lᵀ; returns false if Σ is not numerically positive definite. The upper
    /// triangle is not read.
    /// </summary>
    public static bool TryInvertFactor(Span<double> matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            Span<double> row = matrix.Slice(i * size, i + 1);
            double variance = row[i];
            for (int j = 0; j < i; j++)
            {
                ReadOnlySpan<double> other = matrix.Slice(j * size, j + 1);
                row[j] = (row[j] - TensorPrimitives.Dot(row[..j], other[..j])) / other[j];
            }
            double pivot = variance - TensorPrimitives.Dot<double>(row[..i], row[..i]);
            // A smaller pivot is only the rounding error of the subtraction.
            if (!(pivot > size * Precision * variance) || double.IsInfinity(pivot))
                return false;
            row[i] = Math.Sqrt(pivot);
        }
        for (int i = 0; i < size; i++)
        {
            // Row i of L⁻¹ = -(Σ_{j<i} L_ij row j of L⁻¹) / L_ii, and 1 / L_ii at its end.
            Span<double> row = matrix.Slice(i * size, i + 1);
            double[] factors = row[..i].ToArray();
            row[..i].Clear();
            for (int j = 0; j < i; j++)
                TensorPrimitives.MultiplyAdd(matrix.Slice(j * size, j + 1), factors[j], row[..(j + 1)], row[..(j + 1)]);
            TensorPrimitives.Divide(row[..i], -row[i], row[..i]);
            row[i] = 1 / row[i];
        }
        return true;
    }
}
