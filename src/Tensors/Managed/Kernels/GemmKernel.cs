using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// The innermost loop of the matrix product, over k, with a tile of C in registers. Each element is one chain of fused multiply-adds in
/// ascending k, whatever the size of the tile, so its bits do not depend on where tiles begin.
/// </summary>
internal static unsafe class GemmKernel
{
    /// <summary>
    /// C [R x C·width] = A [R x depth] B, or C + A B. <paramref name="strideA"/> is the distance between rows of A
    /// (or columns, if column-major),
    /// <paramref name="strideB"/> that between rows of B.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V, R, C, L>(float* a, nint strideA, float* b, nint strideB, nint depth, float* c, nint strideC, bool accumulate)
        where V : struct, ISimd<V>
        where R : struct, IConstant
        where C : struct, IConstant
        where L : struct, ILeftLayout
    {
        V c00 = V.Zero, c01 = V.Zero, c02 = V.Zero, c10 = V.Zero, c11 = V.Zero, c12 = V.Zero;
        V c20 = V.Zero, c21 = V.Zero, c22 = V.Zero, c30 = V.Zero, c31 = V.Zero, c32 = V.Zero;
        V c40 = V.Zero, c41 = V.Zero, c42 = V.Zero, c50 = V.Zero, c51 = V.Zero, c52 = V.Zero;
        V c60 = V.Zero, c61 = V.Zero, c62 = V.Zero, c70 = V.Zero, c71 = V.Zero, c72 = V.Zero;
        // Three pointers and one stride address eight rows with x64 addressing modes.
        nint row = L.IsColumnMajor ? 1 : strideA;
        nint next = L.IsColumnMajor ? strideA : 1;
        float* a3 = a + 3 * row;
        float* a6 = a + 6 * row;
        for (nint k = 0; k < depth; k++)
        {
            V b0 = V.Load(b), b1 = b0, b2 = b0;
            if (C.Value > 1)
                b1 = V.Load(b + V.Width);
            if (C.Value > 2)
                b2 = V.Load(b + 2 * V.Width);
            Update<V, C>(a, b0, b1, b2, ref c00, ref c01, ref c02);
            if (R.Value > 1)
                Update<V, C>(a + row, b0, b1, b2, ref c10, ref c11, ref c12);
            if (R.Value > 2)
            {
                Update<V, C>(a + 2 * row, b0, b1, b2, ref c20, ref c21, ref c22);
                Update<V, C>(a3, b0, b1, b2, ref c30, ref c31, ref c32);
            }
            if (R.Value > 4)
            {
                Update<V, C>(a3 + row, b0, b1, b2, ref c40, ref c41, ref c42);
                Update<V, C>(a3 + 2 * row, b0, b1, b2, ref c50, ref c51, ref c52);
            }
            if (R.Value > 6)
            {
                Update<V, C>(a6, b0, b1, b2, ref c60, ref c61, ref c62);
                Update<V, C>(a6 + row, b0, b1, b2, ref c70, ref c71, ref c72);
            }
            a += next;
            if (R.Value > 2)
                a3 += next;
            if (R.Value > 6)
                a6 += next;
            b += strideB;
        }

        Store<V, C>(c, c00, c01, c02, accumulate);
        if (R.Value > 1)
            Store<V, C>(c + strideC, c10, c11, c12, accumulate);
        if (R.Value > 2)
        {
            Store<V, C>(c + 2 * strideC, c20, c21, c22, accumulate);
            Store<V, C>(c + 3 * strideC, c30, c31, c32, accumulate);
        }
        if (R.Value > 4)
        {
            Store<V, C>(c + 4 * strideC, c40, c41, c42, accumulate);
            Store<V, C>(c + 5 * strideC, c50, c51, c52, accumulate);
        }
        if (R.Value > 6)
        {
            Store<V, C>(c + 6 * strideC, c60, c61, c62, accumulate);
            Store<V, C>(c + 7 * strideC, c70, c71, c72, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Update<V, C>(float* a, V b0, V b1, V b2, ref V c0, ref V c1, ref V c2)
        where V : struct, ISimd<V>
        where C : struct, IConstant
    {
        V x = V.Create(*a);
        c0 = V.MultiplyAdd(x, b0, c0);
        if (C.Value > 1)
            c1 = V.MultiplyAdd(x, b1, c1);
        if (C.Value > 2)
            c2 = V.MultiplyAdd(x, b2, c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<V, C>(float* c, V c0, V c1, V c2, bool accumulate) where V : struct, ISimd<V> where C : struct, IConstant
    {
        V.Store(accumulate ? V.Load(c) + c0 : c0, c);
        if (C.Value > 1)
            V.Store(accumulate ? V.Load(c + V.Width) + c1 : c1, c + V.Width);
        if (C.Value > 2)
            V.Store(accumulate ? V.Load(c + 2 * V.Width) + c2 : c2, c + 2 * V.Width);
    }
}
