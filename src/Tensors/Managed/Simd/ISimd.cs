namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>
/// A register of <see cref="Width"/> Singles. Kernels are generic in the register type; the JIT compiles them for the width in use.
/// Every lane computes the same bits as <see cref="Lanes1"/>, so the result for an element does not depend on its position.
/// </summary>
internal unsafe interface ISimd<T> where T : struct, ISimd<T>
{
    static abstract int Width { get; }

    static abstract T Zero { get; }

    static abstract T Create(float value);

    static abstract T Load(float* source);

    static abstract void Store(T value, float* destination);

    /// <summary>
    /// The first <paramref name="count"/> elements, fewer than <see cref="Width"/>; the other lanes are 0. Reads no further element.
    /// </summary>
    static abstract T LoadFirst(float* source, int count);

    /// <summary>Stores the first <paramref name="count"/> lanes, fewer than <see cref="Width"/>, and writes no further element.</summary>
    static abstract void StoreFirst(T value, float* destination, int count);

    /// <summary>All bits set in the first <paramref name="count"/> lanes.</summary>
    static abstract T FirstMask(int count);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary>a b + c.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>a &gt; b ? a : b; that is, b if either is NaN.</summary>
    static abstract T Max(T a, T b);

    /// <summary>a &lt; b ? a : b; that is, b if either is NaN.</summary>
    static abstract T Min(T a, T b);

    static abstract T Sqrt(T a);

    /// <summary>To the nearest whole number, ties to even.</summary>
    static abstract T Round(T a);

    /// <summary>All bits set where a &gt; b.</summary>
    static abstract T GreaterThan(T a, T b);

    /// <summary>All bits set where a = b.</summary>
    static abstract T Equal(T a, T b);

    /// <summary>Lanes of a where the mask is set, and of b elsewhere.</summary>
    static abstract T Select(T mask, T a, T b);

    /// <summary>2^n for whole n in -126..127.</summary>
    static abstract T PowerOfTwo(T n);

    /// <summary>e of the normal number m 2^e, 1 &lt;= m &lt; 2.</summary>
    static abstract T Exponent(T x);

    /// <summary>m of the normal number m 2^e, 1 &lt;= m &lt; 2.</summary>
    static abstract T Mantissa(T x);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(T a);
}
