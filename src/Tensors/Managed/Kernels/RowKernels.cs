using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>Operations on contiguous elements, of any number.</summary>
internal static unsafe class RowKernels
{
    private const MethodImplOptions Optimize = MethodImplOptions.AggressiveOptimization;

    /// <summary>y += x.</summary>
    [MethodImpl(Optimize)]
    public static void Add<V>(float* x, float* y, int length) where V : struct, ISimd<V>
    {
        int i = 0;
        for (; i + V.Width <= length; i += V.Width)
            V.Store(V.Load(y + i) + V.Load(x + i), y + i);
        if (i < length)
            V.StoreFirst(V.LoadFirst(y + i, length - i) + V.LoadFirst(x + i, length - i), y + i, length - i);
    }

    /// <summary>y += constant.</summary>
    [MethodImpl(Optimize)]
    public static void AddConstant<V>(float constant, float* y, int length) where V : struct, ISimd<V>
    {
        V constants = V.Create(constant);
        int i = 0;
        for (; i + V.Width <= length; i += V.Width)
            V.Store(V.Load(y + i) + constants, y + i);
        if (i < length)
            V.StoreFirst(V.LoadFirst(y + i, length - i) + constants, y + i, length - i);
    }

    /// <summary>y = or += scale x.</summary>
    [MethodImpl(Optimize)]
    public static void Scale<V>(float* x, float scale, float* y, int length, bool accumulate) where V : struct, ISimd<V>
    {
        V factor = V.Create(scale);
        int i = 0;
        for (; i + V.Width <= length; i += V.Width)
            V.Store(V.MultiplyAdd(V.Load(x + i), factor, accumulate ? V.Load(y + i) : V.Zero), y + i);
        if (i < length)
        {
            V before = accumulate ? V.LoadFirst(y + i, length - i) : V.Zero;
            V.StoreFirst(V.MultiplyAdd(V.LoadFirst(x + i, length - i), factor, before), y + i, length - i);
        }
    }

    /// <summary>Σ x y.</summary>
    [MethodImpl(Optimize)]
    public static float Dot<V>(float* x, float* y, int length) where V : struct, ISimd<V>
    {
        V sum0 = V.Zero, sum1 = V.Zero;
        int i = 0;
        for (; i + 2 * V.Width <= length; i += 2 * V.Width)
        {
            sum0 = V.MultiplyAdd(V.Load(x + i), V.Load(y + i), sum0);
            sum1 = V.MultiplyAdd(V.Load(x + i + V.Width), V.Load(y + i + V.Width), sum1);
        }
        if (i + V.Width <= length)
        {
            sum0 = V.MultiplyAdd(V.Load(x + i), V.Load(y + i), sum0);
            i += V.Width;
        }
        if (i < length)
            sum1 = V.MultiplyAdd(V.LoadFirst(x + i, length - i), V.LoadFirst(y + i, length - i), sum1);
        return V.Sum(sum0 + sum1);
    }

    /// <summary>Σ (x - y)².</summary>
    [MethodImpl(Optimize)]
    public static float SquaredDistance<V>(float* x, float* y, int length) where V : struct, ISimd<V>
    {
        V sum = V.Zero;
        int i = 0;
        for (; i + V.Width <= length; i += V.Width)
        {
            V difference = V.Load(x + i) - V.Load(y + i);
            sum = V.MultiplyAdd(difference, difference, sum);
        }
        if (i < length)
        {
            V difference = V.LoadFirst(x + i, length - i) - V.LoadFirst(y + i, length - i);
            sum = V.MultiplyAdd(difference, difference, sum);
        }
        return V.Sum(sum);
    }

    /// <summary>The maximum; NaN if any element is NaN.</summary>
    [MethodImpl(Optimize)]
    public static float Max<V>(float* x, int length) where V : struct, ISimd<V>
    {
        V infinity = V.Create(float.NegativeInfinity);
        V maxima = infinity;
        int i = 0;
        for (; i + V.Width <= length; i += V.Width)
            maxima = Greater(maxima, V.Load(x + i));
        if (i < length)
            maxima = Greater(maxima, V.Select(V.FirstMask(length - i), V.LoadFirst(x + i, length - i), infinity));
        float* lanes = stackalloc float[V.Width];
        V.Store(maxima, lanes);
        float max = lanes[0];
        for (int lane = 1; lane < V.Width; lane++)
            max = MathF.Max(max, lanes[lane]);
        return max;
    }

    /// <summary>The greater of two values; NaN if either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Greater<V>(V max, V x) where V : struct, ISimd<V> => V.Select(V.Equal(max, max), V.Max(max, x), max);

    /// <summary>
    /// log Σ e^x, shifted by the maximum; -inf if all x are. Stores e^(x - maximum) in y unless it is null, and their sum in
    /// <paramref name="sum"/>.
    /// </summary>
    public static float LogSumExp<V>(float* x, float* y, int length, out float sum) where V : struct, ISimd<V>
    {
        float max = Max<V>(x, length);
        float shift = float.IsNegativeInfinity(max) ? 0 : max;
        sum = SumExp<V>(x, shift, y, length);
        return shift + Lanes1.Sum(SimdMath.Log(Lanes1.Create(sum)));
    }

    /// <summary>Σ e^(x - shift). Stores the terms in y unless it is null. y may be x.</summary>
    [MethodImpl(Optimize)]
    public static float SumExp<V>(float* x, float shift, float* y, int length) where V : struct, ISimd<V>
    {
        V sums = V.Zero;
        V shifts = V.Create(shift);
        int i = 0;
        for (; i + V.Width <= length; i += V.Width)
        {
            V term = SimdMath.Exp(V.Load(x + i) - shifts);
            if (y != null)
                V.Store(term, y + i);
            sums += term;
        }
        if (i < length)
        {
            V term = SimdMath.Exp(V.LoadFirst(x + i, length - i) - shifts);
            if (y != null)
                V.StoreFirst(term, y + i, length - i);
            sums += V.Select(V.FirstMask(length - i), term, V.Zero);
        }
        return V.Sum(sums);
    }

    /// <summary>y = or += f(a, b).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<V, F>(F function, float* a, float* b, float* y, int length, bool accumulate) where V : struct, ISimd<V>
        where F : struct, IBinaryFunction
    {
        int i = 0;
        for (; i + V.Width <= length; i += V.Width)
        {
            V value = function.Apply(V.Load(a + i), V.Load(b + i));
            V.Store(accumulate ? V.Load(y + i) + value : value, y + i);
        }
        if (i < length)
        {
            V value = function.Apply(V.LoadFirst(a + i, length - i), V.LoadFirst(b + i, length - i));
            V.StoreFirst(accumulate ? V.LoadFirst(y + i, length - i) + value : value, y + i, length - i);
        }
    }
}
