using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>The transpose of a matrix.</summary>
internal static unsafe class Transposition
{
    private const int Block = 8;

    /// <summary>y [columns x rows] = or += the transpose of x [rows x columns].</summary>
    public static void Run(float* x, float* y, int rows, int columns, bool accumulate, int threads) =>
        Run(x, y, rows, rows, columns, accumulate, threads);

    /// <summary>The same, with a distance of <paramref name="stride"/> between the rows of y.</summary>
    public static void Run(float* x, float* y, int stride, int rows, int columns, bool accumulate, int threads)
    {
        int blocks = (rows + Block - 1) / Block;
        ParallelLoop.Run(new Loop(x, y, stride, rows, columns, accumulate), blocks, Math.Max(1, 16384 / Math.Max(1, Block * columns)),
            threads);
    }

    /// <summary>An iteration is a block of rows of x.</summary>
    private readonly struct Loop(float* x, float* y, int stride, int rows, int columns, bool accumulate) : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int block = start; block < end; block++)
            {
                int first = block * Block;
                int count = Math.Min(Block, rows - first);
                float* blockX = x + (nint)first * columns;
                float* blockY = y + first;
                int j = 0;
                if (Avx.IsSupported && count == Block && !accumulate)
                {
                    for (; j + Block <= columns; j += Block)
                        PackedMatrix.Transpose8x8(blockX + j, columns, blockY + (nint)j * stride, stride);
                }
                for (; j < columns; j++)
                {
                    for (int i = 0; i < count; i++)
                    {
                        float value = blockX[(nint)i * columns + j];
                        float* target = blockY + (nint)j * stride + i;
                        *target = accumulate ? *target + value : value;
                    }
                }
            }
        }
    }
}
