using System.Buffers;
using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>Sums in an order that depends only on the sizes.</summary>
internal static unsafe class Reduction
{
    // Sums are in Single within a block. Sums of blocks are in Double for rows, and in Single for columns.
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

    /// <summary>The sum of contiguous elements.</summary>
    public static double Sum<V>(float* x, int length) where V : struct, ISimd<V>
    {
        double total = 0;
        for (int start = 0; start < length; start += RowBlock)
            total += SumBlock<V>(x + start, Math.Min(RowBlock, length - start));
        return total;
    }

    /// <summary>y[i] += Σ_j x[j, i]. Reads x in whole registers, so also what follows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows<V>(float* x, int rows, int columns, float* y) where V : struct, ISimd<V>
    {
        for (int i = 0; i < columns; i += V.Width)
        {
            int count = Math.Min(V.Width, columns - i);
            V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
            float* source = x + i;
            int j = 0;
            for (; j + 4 <= rows; j += 4, source += 4 * (nint)columns)
            {
                sum0 += V.Load(source);
                sum1 += V.Load(source + columns);
                sum2 += V.Load(source + 2 * (nint)columns);
                sum3 += V.Load(source + 3 * (nint)columns);
            }
            for (; j < rows; j++, source += columns)
                sum0 += V.Load(source);
            sum0 += sum1 + (sum2 + sum3);
            if (count == V.Width)
                V.Store(V.Load(y + i) + sum0, y + i);
            else
                V.StoreFirst(V.LoadFirst(y + i, count) + sum0, y + i, count);
        }
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

    /// <summary>The sum of the results of a loop over blocks.</summary>
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
        /// <summary>Receives the sum of each block.</summary>
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
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                var sum = (float)Sum<V>(x + (nint)row * length, length);
                y[row] = accumulate ? y[row] + sum : sum;
            }
        }
    }

    /// <summary>An iteration sums as many columns of a slice as a register has lanes.</summary>
    private readonly struct ColumnLoop(float* x, float* y, int length, int inner, int width, int tasksPerSlice, bool accumulate)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int task = start; task < end; task++)
            {
                (int slice, int part) = Math.DivRem(task, tasksPerSlice);
                int column = part * width;
                float* columnX = x + (nint)slice * length * inner + column;
                float* columnY = y + (nint)slice * inner + column;
                SumColumns<V>(columnX, columnY, Math.Min(V.Width, inner - column));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void SumColumns<V>(float* columnX, float* columnY, int count) where V : struct, ISimd<V>
        {
            bool isWhole = count == V.Width;
            V total = V.Zero;
            for (int start = 0; start < length; start += ColumnBlock)
            {
                int end = Math.Min(start + ColumnBlock, length);
                V sum = V.Zero;
                for (int i = start; i < end; i++, columnX += inner)
                    sum += isWhole ? V.Load(columnX) : V.LoadFirst(columnX, count);
                total += sum;
            }
            if (isWhole)
                V.Store(accumulate ? V.Load(columnY) + total : total, columnY);
            else
                V.StoreFirst(accumulate ? V.LoadFirst(columnY, count) + total : total, columnY, count);
        }
    }
}
