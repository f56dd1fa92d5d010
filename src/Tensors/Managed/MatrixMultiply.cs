using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Tensors;

/// <summary>The matrix product in single precision. Needs no engine.</summary>
public static unsafe class MatrixMultiply
{
    /// <summary>
    /// C = A B, or C + A B: A is [m x k], B [k x n], C [m x n], all row-major without gaps. A row of C depends only on that row of A and on
    /// B, bit for bit, whatever m and the number of threads.
    /// </summary>
    /// <param name="a">A, m k elements; its transpose [k x m] where <paramref name="transposeA"/>.</param>
    /// <param name="transposeA">Whether <paramref name="a"/> holds the transpose.</param>
    /// <param name="b">B, k n elements; its transpose [n x k] where <paramref name="transposeB"/>.</param>
    /// <param name="transposeB">Whether <paramref name="b"/> holds the transpose.</param>
    /// <param name="c">C, m n elements. Must not overlap A or B.</param>
    /// <param name="m">Rows of C, 0 or more.</param>
    /// <param name="n">Columns of C, 0 or more.</param>
    /// <param name="k">The length of the sums, 0 or more.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores.</param>
    /// <exception cref="ArgumentException">The length of a span does not match the sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or the number of threads is negative.</exception>
    public static void Run(ReadOnlySpan<float> a, bool transposeA, ReadOnlySpan<float> b, bool transposeB, Span<float> c, int m, int n,
        int k, bool accumulate = false, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Check(a.Length, (long)m * k, nameof(a), m, n, k);
        Check(b.Length, (long)k * n, nameof(b), m, n, k);
        Check(c.Length, (long)m * n, nameof(c), m, n, k);
        fixed (float* pa = a, pb = b, pc = c)
        {
            Gemm.Run(new MatrixView(pa, transposeA ? m : k, transposeA), new MatrixView(pb, transposeB ? k : n, transposeB),
                new MatrixView(pc, n), m, n, k, accumulate, threads == 0 ? Workers.Available : threads);
        }
    }

    private static void Check(int length, long expected, string name, int m, int n, int k)
    {
        if (length != expected)
            throw new ArgumentException($"The product of [{m} x {k}] and [{k} x {n}] needs {expected} elements in {name}, not {length}.",
                name);
    }
}
