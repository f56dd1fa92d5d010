using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors.Kernels;

/// <summary>Work on one run of neighbouring elements of any length.</summary>
internal static unsafe class RowKernels
{
    /// <summary>y += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<V>(float* x, float* y, nint length) where V : struct, ISimd<V>
    {
        nint i = 0;
        for (; i + V.Width <= length; i += V.Width)
            V.Store(V.Load(y + i) + V.Load(x + i), y + i);
        for (; i < length; i++)
            y[i] += x[i];
    }

    /// <summary>y = or += scale x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<V>(float* x, float scale, float* y, nint length, bool accumulate) where V : struct, ISimd<V>
    {
        nint i = 0;
        V factor = V.Create(scale);
        for (; i + V.Width <= length; i += V.Width)
            V.Store(V.MultiplyAdd(V.Load(x + i), factor, accumulate ? V.Load(y + i) : V.Zero), y + i);
        Lanes1 factor1 = Lanes1.Create(scale);
        for (; i < length; i++)
            Lanes1.Store(Lanes1.MultiplyAdd(Lanes1.Load(x + i), factor1, accumulate ? Lanes1.Load(y + i) : Lanes1.Zero), y + i);
    }

    /// <summary>The greatest element; NaN if any is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Max<V>(float* x, nint length) where V : struct, ISimd<V>
    {
        float max = float.NegativeInfinity;
        nint i = 0;
        if (length >= V.Width)
        {
            V maxima = V.Load(x);
            for (i = V.Width; i + V.Width <= length; i += V.Width)
            {
                V value = V.Load(x + i);
                maxima = V.Select(V.Equal(maxima, maxima), V.Max(maxima, value), maxima);
            }
            float* lanes = stackalloc float[V.Width];
            V.Store(maxima, lanes);
            for (int lane = 0; lane < V.Width; lane++)
                max = MathF.Max(max, lanes[lane]);
        }
        for (; i < length; i++)
            max = MathF.Max(max, x[i]);
        return max;
    }

    /// <summary>Σ e^(x - shift), and the terms themselves in y unless it is null. y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SumExp<V>(float* x, float shift, float* y, nint length) where V : struct, ISimd<V>
    {
        V sums = V.Zero;
        V shifts = V.Create(shift);
        nint i = 0;
        for (; i + V.Width <= length; i += V.Width)
        {
            V term = SimdMath.Exp(V.Load(x + i) - shifts);
            if (y != null)
                V.Store(term, y + i);
            sums += term;
        }
        float sum = V.Sum(sums);
        Lanes1 shift1 = Lanes1.Create(shift);
        for (; i < length; i++)
        {
            Lanes1 term = SimdMath.Exp(Lanes1.Load(x + i) - shift1);
            if (y != null)
                Lanes1.Store(term, y + i);
            sum += Lanes1.Sum(term);
        }
        return sum;
    }

    /// <summary>log Σ e^x, shifted by the maximum; e^(x - maximum) in y unless it is null, and their sum. -inf where all x are.</summary>
    public static float LogSumExp<V>(float* x, float* y, nint length, out float sum) where V : struct, ISimd<V>
    {
        float max = Max<V>(x, length);
        float shift = float.IsNegativeInfinity(max) ? 0 : max;
        sum = SumExp<V>(x, shift, y, length);
        return shift + Lanes1.Sum(SimdMath.Log(Lanes1.Create(sum)));
    }

    /// <summary>y += constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddConstant<V>(float constant, float* y, nint length) where V : struct, ISimd<V>
    {
        V constants = V.Create(constant);
        nint i = 0;
        for (; i + V.Width <= length; i += V.Width)
            V.Store(V.Load(y + i) + constants, y + i);
        for (; i < length; i++)
            y[i] += constant;
    }

    /// <summary>Σ x y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot<V>(float* x, float* y, nint length) where V : struct, ISimd<V>
    {
        V sums = V.Zero;
        nint i = 0;
        for (; i + V.Width <= length; i += V.Width)
            sums = V.MultiplyAdd(V.Load(x + i), V.Load(y + i), sums);
        float sum = V.Sum(sums);
        for (; i < length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
