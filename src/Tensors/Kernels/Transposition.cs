using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors.Kernels;

/// <summary>The transpose of a matrix.</summary>
internal static unsafe class Transposition
{
    private const int Block = 8;

    /// <summary>y [columns x rows] = or += the transpose of x [rows x columns].</summary>
    public static void Run(float* x, float* y, int rows, int columns, bool accumulate, int threads)
    {
        int blocks = (rows + Block - 1) / Block;
        ParallelLoop.Run(new Loop(x, y, rows, columns, accumulate), blocks, Math.Max(1, 16384 / Math.Max(1, Block * columns)), threads);
    }

    /// <summary>An iteration does a block of rows of x.</summary>
    private readonly struct Loop(float* x, float* y, int rows, int columns, bool accumulate) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int _rows = rows;
        private readonly int _columns = columns;
        private readonly bool _accumulate = accumulate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int block = start; block < end; block++)
            {
                int first = block * Block;
                int count = Math.Min(Block, _rows - first);
                float* x = _x + (nint)first * _columns;
                float* y = _y + first;
                int j = 0;
                if (Avx.IsSupported && count == Block && !_accumulate)
                {
                    for (; j + Block <= _columns; j += Block)
                        PackedMatrix.Transpose8x8(x + j, _columns, y + (nint)j * _rows, _rows);
                }
                for (; j < _columns; j++)
                {
                    for (int i = 0; i < count; i++)
                    {
                        float value = x[(nint)i * _columns + j];
                        float* target = y + (nint)j * _rows + i;
                        *target = _accumulate ? *target + value : value;
                    }
                }
            }
        }
    }
}
