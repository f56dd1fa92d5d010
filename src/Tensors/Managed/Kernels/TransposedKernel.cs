using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// c = a Bᵀ, or c + a Bᵀ, for a single row, for which packing B would cost more than the product. B is read where it lies and transposed in
/// registers, 8 x 8 elements at a time. Each element of c is the same chain of fused multiply-adds as in <see cref="GemmKernel"/>. Needs AVX.
/// </summary>
internal static unsafe class TransposedKernel
{
    /// <summary>The smallest number of columns of c.</summary>
    public const int Lanes = 8;

    /// <summary>Computes the product of a [depth] and the transpose of B [columns x depth].</summary>
    /// <param name="a">a.</param>
    /// <param name="b">B.</param>
    /// <param name="strideB">The distance between rows of B.</param>
    /// <param name="depth">The length of the sums.</param>
    /// <param name="c">c [columns].</param>
    /// <param name="columns">Columns of c.</param>
    /// <param name="accumulate">Whether to add to c.</param>
    public static void Run(float* a, float* b, nint strideB, int depth, float* c, int columns, bool accumulate)
    {
        float* sums = stackalloc float[2 * Lanes];
        for (int j = 0; j < columns; j += 2 * Lanes)
        {
            // Where fewer than 8 columns are left, some are computed again.
            (int first, int second) = (Math.Min(j, columns - Lanes), Math.Min(j + Lanes, columns - Lanes));
            bool isPart = accumulate || j + 2 * Lanes > columns;
            Multiply(a, b + first * strideB, b + second * strideB, strideB, depth, isPart ? sums : c + j);
            for (int column = j; isPart && column < Math.Min(j + 2 * Lanes, columns); column++)
            {
                float sum = column < j + Lanes ? sums[column - first] : sums[Lanes + column - second];
                c[column] = accumulate ? c[column] + sum : sum;
            }
        }
    }

    /// <summary>The sums of two groups of 8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* a, float* b0, float* b1, nint strideB, int depth, float* sums)
    {
        Vector256<float> c0 = default, c1 = default;
        int k = 0;
        for (; k + Lanes <= depth; k += Lanes)
        {
            c0 = Add(a + k, b0 + k, strideB, c0);
            c1 = Add(a + k, b1 + k, strideB, c1);
        }
        c0.Store(sums);
        c1.Store(sums + Lanes);
        for (; k < depth; k++)
        {
            for (int i = 0; i < Lanes; i++)
            {
                sums[i] = MathF.FusedMultiplyAdd(a[k], b0[i * strideB + k], sums[i]);
                sums[Lanes + i] = MathF.FusedMultiplyAdd(a[k], b1[i * strideB + k], sums[Lanes + i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(float* a, float* b, nint strideB, Vector256<float> sum)
    {
        PackedMatrix.Load8x8(b, strideB, out Vector256<float> b0, out Vector256<float> b1, out Vector256<float> b2,
            out Vector256<float> b3, out Vector256<float> b4, out Vector256<float> b5, out Vector256<float> b6, out Vector256<float> b7);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[0]), b0, sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[1]), b1, sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[2]), b2, sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[3]), b3, sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[4]), b4, sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[5]), b5, sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(a[6]), b6, sum);
        return Vector256.FusedMultiplyAdd(Vector256.Create(a[7]), b7, sum);
    }
}
