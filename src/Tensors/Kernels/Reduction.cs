using System.Buffers;
using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors.Kernels;

/// <summary>Sums, in an order that depends on the sizes only.</summary>
internal static unsafe class Reduction
{
    // Numbers are added up in Single within a block and in Double (rows) or block by block (columns) beyond.
    private const int RowBlock = 4096;
    private const int ColumnBlock = 128;
    private const int Grain = 16384;

    /// <summary>y[o, i] = (or +=) Σ_j x[o, j, i].</summary>
    public static void SumAxis(float* x, float* y, int outer, int length, int inner, bool accumulate, int threads)
    {
        if (inner == 1)
        {
            if (outer == 1 && length >= 2 * Grain && threads > 1)
            {
                var total = (float)SumOfBlocks(new SumBlockLoop(x, length), (length + RowBlock - 1) / RowBlock, threads);
                *y = accumulate ? *y + total : total;
                return;
            }
            ParallelLoop.Run(new RowLoop(x, y, length, accumulate), outer, Math.Max(1, Grain / Math.Max(1, length)), threads);
            return;
        }
        int columnsPerTask = (int)SimdSupport.Level;
        int tasksPerSlice = (inner + columnsPerTask - 1) / columnsPerTask;
        var loop = new ColumnLoop(x, y, length, inner, columnsPerTask, tasksPerSlice, accumulate);
        ParallelLoop.Run(loop, outer * tasksPerSlice, Math.Max(1, Grain / Math.Max(1, length * columnsPerTask)), threads);
    }

    /// <summary>The sum of neighbouring elements.</summary>
    public static double Sum<V>(float* x, int length) where V : struct, ISimd<V>
    {
        double total = 0;
        for (int start = 0; start < length; start += RowBlock)
            total += SumBlock<V>(x + start, Math.Min(RowBlock, length - start));
        return total;
    }

    /// <summary>Σ x².</summary>
    public static double SumOfSquares(float* x, int length, int threads)
    {
        int blocks = (length + RowBlock - 1) / RowBlock;
        return SumOfBlocks(new SquareBlockLoop(x, length), blocks, threads);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float SumBlock<V>(float* x, int length) where V : struct, ISimd<V>
    {
        V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
        int i = 0;
        for (; i + 4 * V.Width <= length; i += 4 * V.Width)
        {
            sum0 += V.Load(x + i);
            sum1 += V.Load(x + i + V.Width);
            sum2 += V.Load(x + i + 2 * V.Width);
            sum3 += V.Load(x + i + 3 * V.Width);
        }
        for (; i + V.Width <= length; i += V.Width)
            sum0 += V.Load(x + i);
        if (i < length)
            sum1 += V.LoadFirst(x + i, length - i);
        return V.Sum(sum0 + sum1 + (sum2 + sum3));
    }

    /// <summary>The sum of what a loop says for each block.</summary>
    private static double SumOfBlocks<TLoop>(TLoop loop, int blocks, int threads) where TLoop : unmanaged, IBlockLoop
    {
        float[] rented = ArrayPool<float>.Shared.Rent(blocks);
        double total = 0;
        fixed (float* sums = rented)
        {
            loop.Sums = sums;
            ParallelLoop.Run(loop, blocks, Grain / RowBlock, threads);
            for (int i = 0; i < blocks; i++)
                total += sums[i];
        }
        ArrayPool<float>.Shared.Return(rented);
        return total;
    }

    private interface IBlockLoop : IParallelLoop
    {
        /// <summary>Where block i puts its sum.</summary>
        float* Sums { set; }
    }

    private struct SumBlockLoop(float* x, int length) : IBlockLoop
    {
        public float* Sums { private readonly get; set; }

        public readonly void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int block = start; block < end; block++)
                Sums[block] = SumBlock<V>(x + (nint)block * RowBlock, Math.Min(RowBlock, length - block * RowBlock));
        }
    }

    private struct SquareBlockLoop(float* x, int length) : IBlockLoop
    {
        public float* Sums { private readonly get; set; }

        public readonly void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int block = start; block < end; block++)
            {
                float* from = x + (nint)block * RowBlock;
                Sums[block] = RowKernels.Dot<V>(from, from, Math.Min(RowBlock, length - block * RowBlock));
            }
        }
    }

    private readonly struct RowLoop(float* x, float* y, int length, bool accumulate) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int _length = length;
        private readonly bool _accumulate = accumulate;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                var sum = (float)Sum<V>(_x + (nint)row * _length, _length);
                _y[row] = _accumulate ? _y[row] + sum : sum;
            }
        }
    }

    /// <summary>An iteration sums one register's width of columns of one slice.</summary>
    private readonly struct ColumnLoop(float* x, float* y, int length, int inner, int width, int tasksPerSlice, bool accumulate) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int _length = length;
        private readonly int _inner = inner;
        private readonly int _width = width;
        private readonly int _tasksPerSlice = tasksPerSlice;
        private readonly bool _accumulate = accumulate;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int task = start; task < end; task++)
            {
                (int slice, int part) = Math.DivRem(task, _tasksPerSlice);
                int column = part * _width;
                float* x = _x + (nint)slice * _length * _inner + column;
                float* y = _y + (nint)slice * _inner + column;
                SumColumns<V>(x, y, Math.Min(V.Width, _inner - column));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void SumColumns<V>(float* x, float* y, int count) where V : struct, ISimd<V>
        {
            bool isWhole = count == V.Width;
            V total = V.Zero;
            for (int start = 0; start < _length; start += ColumnBlock)
            {
                int end = Math.Min(start + ColumnBlock, _length);
                V sum = V.Zero;
                for (int i = start; i < end; i++, x += _inner)
                    sum += isWhole ? V.Load(x) : V.LoadFirst(x, count);
                total += sum;
            }
            if (isWhole)
                V.Store(_accumulate ? V.Load(y) + total : total, y);
            else
                V.StoreFirst(_accumulate ? V.LoadFirst(y, count) + total : total, y, count);
        }
    }
}
