using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// The innermost loop of convolutions: C = f(A B + bias), or C + A B, with a tile of C in registers. Element (i, k) of A is at
/// rows[i] + offsets[k] from its start, so patches are read where they lie in the image. Each element of C is one chain of fused
/// multiply-adds in ascending k.
/// </summary>
internal static unsafe class ConvolutionKernel
{
    private const int LongestTile = 8 * 48;

    /// <summary>Computes one tile.</summary>
    /// <param name="a">The start of A.</param>
    /// <param name="rows">Where rows of A begin: <see cref="GemmBlocking.TileRows"/> of them, of which the last may be repetitions.</param>
    /// <param name="offsets">Where columns of A begin.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="b">B. Elements after the last column are read and ignored, up to the next full register.</param>
    /// <param name="strideB">The distance between rows of B.</param>
    /// <param name="c">C.</param>
    /// <param name="strideC">The distance between rows of C.</param>
    /// <param name="count">Rows of C, at most <see cref="GemmBlocking.TileRows"/>.</param>
    /// <param name="columns">Columns of C, at most <see cref="GemmBlocking.PanelWidth"/>.</param>
    /// <param name="accumulate">Whether to add to C, without bias and function.</param>
    /// <param name="bias">One value for each column, or null.</param>
    public static void Run<V, F>(float* a, nint* rows, nint* offsets, nint depth, float* b, nint strideB, float* c, nint strideC, int count,
        int columns, bool accumulate, float* bias)
        where V : struct, ISimd<V>
        where F : struct, IUnaryFunction
    {
        float* tile = stackalloc float[LongestTile];
        switch ((columns + V.Width - 1) / V.Width)
        {
            case 1:
                Multiply<V, One>(a, rows, offsets, depth, b, strideB, tile, count);
                break;
            case 2:
                Multiply<V, Two>(a, rows, offsets, depth, b, strideB, tile, count);
                break;
            default:
                Multiply<V, Three>(a, rows, offsets, depth, b, strideB, tile, count);
                break;
        }
        if (accumulate)
            Add<V>(tile, c, strideC, count, columns);
        else
            Finish<V, F>(tile, c, strideC, count, columns, bias);
    }

    private static void Multiply<V, C>(float* a, nint* rows, nint* offsets, nint depth, float* b, nint strideB, float* tile, int count)
        where V : struct, ISimd<V>
        where C : struct, IConstant
    {
        if (count > 6)
            Multiply<V, Eight, C>(a, rows, offsets, depth, b, strideB, tile);
        else if (count > 4)
            Multiply<V, Six, C>(a, rows, offsets, depth, b, strideB, tile);
        else if (count > 2)
            Multiply<V, Four, C>(a, rows, offsets, depth, b, strideB, tile);
        else
            Multiply<V, Two, C>(a, rows, offsets, depth, b, strideB, tile);
    }

    /// <summary>The tile, row by row, in full registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<V, R, C>(float* a, nint* rows, nint* offsets, nint depth, float* b, nint strideB, float* tile)
        where V : struct, ISimd<V>
        where R : struct, IConstant
        where C : struct, IConstant
    {
        V c00 = V.Zero, c01 = V.Zero, c02 = V.Zero, c10 = V.Zero, c11 = V.Zero, c12 = V.Zero;
        V c20 = V.Zero, c21 = V.Zero, c22 = V.Zero, c30 = V.Zero, c31 = V.Zero, c32 = V.Zero;
        V c40 = V.Zero, c41 = V.Zero, c42 = V.Zero, c50 = V.Zero, c51 = V.Zero, c52 = V.Zero;
        V c60 = V.Zero, c61 = V.Zero, c62 = V.Zero, c70 = V.Zero, c71 = V.Zero, c72 = V.Zero;
        float* a0 = a + rows[0], a1 = a + rows[1], a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        if (R.Value > 2)
        {
            a2 = a + rows[2];
            a3 = a + rows[3];
        }
        if (R.Value > 4)
        {
            a4 = a + rows[4];
            a5 = a + rows[5];
        }
        if (R.Value > 6)
        {
            a6 = a + rows[6];
            a7 = a + rows[7];
        }
        nint* end = offsets + depth;
        for (; offsets < end; offsets++, b += strideB)
        {
            nint k = *offsets;
            V b0 = V.Load(b), b1 = b0, b2 = b0;
            if (C.Value > 1)
                b1 = V.Load(b + V.Width);
            if (C.Value > 2)
                b2 = V.Load(b + 2 * V.Width);
            GemmKernel.Update<V, C>(a0 + k, b0, b1, b2, ref c00, ref c01, ref c02);
            GemmKernel.Update<V, C>(a1 + k, b0, b1, b2, ref c10, ref c11, ref c12);
            if (R.Value > 2)
            {
                GemmKernel.Update<V, C>(a2 + k, b0, b1, b2, ref c20, ref c21, ref c22);
                GemmKernel.Update<V, C>(a3 + k, b0, b1, b2, ref c30, ref c31, ref c32);
            }
            if (R.Value > 4)
            {
                GemmKernel.Update<V, C>(a4 + k, b0, b1, b2, ref c40, ref c41, ref c42);
                GemmKernel.Update<V, C>(a5 + k, b0, b1, b2, ref c50, ref c51, ref c52);
            }
            if (R.Value > 6)
            {
                GemmKernel.Update<V, C>(a6 + k, b0, b1, b2, ref c60, ref c61, ref c62);
                GemmKernel.Update<V, C>(a7 + k, b0, b1, b2, ref c70, ref c71, ref c72);
            }
        }

        int width = C.Value * V.Width;
        GemmKernel.Store<V, C>(tile, c00, c01, c02, false);
        GemmKernel.Store<V, C>(tile + width, c10, c11, c12, false);
        if (R.Value > 2)
        {
            GemmKernel.Store<V, C>(tile + 2 * width, c20, c21, c22, false);
            GemmKernel.Store<V, C>(tile + 3 * width, c30, c31, c32, false);
        }
        if (R.Value > 4)
        {
            GemmKernel.Store<V, C>(tile + 4 * width, c40, c41, c42, false);
            GemmKernel.Store<V, C>(tile + 5 * width, c50, c51, c52, false);
        }
        if (R.Value > 6)
        {
            GemmKernel.Store<V, C>(tile + 6 * width, c60, c61, c62, false);
            GemmKernel.Store<V, C>(tile + 7 * width, c70, c71, c72, false);
        }
    }

    /// <summary>C = f(tile + bias).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish<V, F>(float* tile, float* c, nint strideC, int count, int columns, float* bias)
        where V : struct, ISimd<V>
        where F : struct, IUnaryFunction
    {
        F function = default;
        int whole = columns - columns % V.Width;
        for (int i = 0; i < count; i++, c += strideC)
        {
            for (int j = 0; j < whole; j += V.Width, tile += V.Width)
                V.Store(function.Apply(bias == null ? V.Load(tile) : V.Load(tile) + V.Load(bias + j)), c + j);
            if (whole == columns)
                continue;
            V last = bias == null ? V.Load(tile) : V.Load(tile) + V.LoadFirst(bias + whole, columns - whole);
            V.StoreFirst(function.Apply(last), c + whole, columns - whole);
            tile += V.Width;
        }
    }

    /// <summary>C = C + tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<V>(float* tile, float* c, nint strideC, int count, int columns) where V : struct, ISimd<V>
    {
        int whole = columns - columns % V.Width;
        for (int i = 0; i < count; i++, c += strideC)
        {
            for (int j = 0; j < whole; j += V.Width, tile += V.Width)
                V.Store(V.Load(c + j) + V.Load(tile), c + j);
            if (whole == columns)
                continue;
            V.StoreFirst(V.LoadFirst(c + whole, columns - whole) + V.Load(tile), c + whole, columns - whole);
            tile += V.Width;
        }
    }
}
