using System.Runtime.CompilerServices;

namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>
/// Elementary functions on registers, accurate to about 2 units in the last place, with the polynomials of S. Moshier's Cephes library.
/// Unlike those of the class library, their result for an element does not depend on its position in an array.
/// </summary>
internal static class SimdMath
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>e^x: 0 for -inf, inf above 88.73, NaN for NaN.</summary>
    [MethodImpl(Inline)]
    public static V Exp<V>(V x) where V : struct, ISimd<V>
    {
        x = V.Min(V.Create(89f), V.Max(V.Create(-104f), x));
        V n = V.Round(x * V.Create(1.44269504088896341f));
        V r = V.MultiplyAdd(n, V.Create(-0.693359375f), x);
        r = V.MultiplyAdd(n, V.Create(2.12194440e-4f), r);
        V p = V.MultiplyAdd(V.Create(1.9875691500e-4f), r, V.Create(1.3981999507e-3f));
        p = V.MultiplyAdd(p, r, V.Create(8.3334519073e-3f));
        p = V.MultiplyAdd(p, r, V.Create(4.1665795894e-2f));
        p = V.MultiplyAdd(p, r, V.Create(1.6666665459e-1f));
        p = V.MultiplyAdd(p, r, V.Create(5.0000001201e-1f));
        p = V.MultiplyAdd(p, r * r, r) + V.Create(1f);
        // In two factors, because 2^n itself may be outside the range of normal numbers.
        V half = V.Round(n * V.Create(0.5f));
        return p * V.PowerOfTwo(half) * V.PowerOfTwo(n - half);
    }

    /// <summary>The natural logarithm: -inf for 0, NaN for negative x.</summary>
    [MethodImpl(Inline)]
    public static V Log<V>(V x) where V : struct, ISimd<V>
    {
        V one = V.Create(1f);
        V subnormal = V.GreaterThan(V.Create(1.17549435e-38f), x);
        V scaled = V.Select(subnormal, x * V.Create(8388608f), x);
        V exponent = V.Exponent(scaled) - V.Select(subnormal, V.Create(23f), V.Zero);
        V m = V.Mantissa(scaled);
        V high = V.GreaterThan(m, V.Create(1.41421356f));
        m = V.Select(high, m * V.Create(0.5f), m) - one;
        exponent += V.Select(high, one, V.Zero);

        V square = m * m;
        V p = V.MultiplyAdd(V.Create(7.0376836292e-2f), m, V.Create(-1.1514610310e-1f));
        p = V.MultiplyAdd(p, m, V.Create(1.1676998740e-1f));
        p = V.MultiplyAdd(p, m, V.Create(-1.2420140846e-1f));
        p = V.MultiplyAdd(p, m, V.Create(1.4249322787e-1f));
        p = V.MultiplyAdd(p, m, V.Create(-1.6668057665e-1f));
        p = V.MultiplyAdd(p, m, V.Create(2.0000714765e-1f));
        p = V.MultiplyAdd(p, m, V.Create(-2.4999993993e-1f));
        p = V.MultiplyAdd(p, m, V.Create(3.3333331174e-1f));
        p = p * m * square;
        p = V.MultiplyAdd(exponent, V.Create(-2.12194440e-4f), p);
        p = V.MultiplyAdd(square, V.Create(-0.5f), p);
        V result = V.MultiplyAdd(exponent, V.Create(0.693359375f), m + p);

        V infinity = V.Create(float.PositiveInfinity);
        result = V.Select(V.Equal(x, infinity), infinity, result);
        result = V.Select(V.Equal(x, V.Zero), V.Create(float.NegativeInfinity), result);
        return V.Select(V.GreaterThan(V.Zero, x), V.Create(float.NaN), V.Select(V.Equal(x, x), result, x));
    }

    /// <summary>ln(1 + x) for x in 0..1, accurate for small x too.</summary>
    [MethodImpl(Inline)]
    public static V LogOnePlus<V>(V x) where V : struct, ISimd<V>
    {
        // The logarithm of the rounded sum u, corrected by the part of x that rounding lost (Kahan).
        V u = x + V.Create(1f);
        V difference = u - V.Create(1f);
        return V.Select(V.Equal(difference, V.Zero), x, Log(u) * x / difference);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(Inline)]
    public static V Sigmoid<V>(V x) where V : struct, ISimd<V> => V.Create(1f) / (V.Create(1f) + Exp(V.Zero - x));

    /// <summary>Hyperbolic tangent.</summary>
    [MethodImpl(Inline)]
    public static V Tanh<V>(V x) where V : struct, ISimd<V>
    {
        V square = x * x;
        V p = V.MultiplyAdd(V.Create(-5.70498872745e-3f), square, V.Create(2.06390887954e-2f));
        p = V.MultiplyAdd(p, square, V.Create(-5.37397155531e-2f));
        p = V.MultiplyAdd(p, square, V.Create(1.33314422036e-1f));
        p = V.MultiplyAdd(p, square, V.Create(-3.33332819422e-1f));
        V near = V.MultiplyAdd(p * square, x, x);
        V far = V.Create(1f) - V.Create(2f) / (Exp(x + x) + V.Create(1f));
        return V.Select(V.GreaterThan(V.Create(0.390625f), square), near, far);
    }

    /// <summary>max(x, 0) + ln(1 + e^-|x|).</summary>
    [MethodImpl(Inline)]
    public static V Softplus<V>(V x) where V : struct, ISimd<V>
    {
        V magnitude = V.Max(x, V.Zero - x);
        return V.Max(x, V.Zero) + LogOnePlus(Exp(V.Zero - magnitude));
    }
}
