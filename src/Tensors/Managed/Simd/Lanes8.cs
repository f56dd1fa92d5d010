using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>8 lanes in a <see cref="Vector256{T}"/>.</summary>
internal readonly unsafe struct Lanes8 : ISimd<Lanes8>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> _v;

    [MethodImpl(Inline)]
    private Lanes8(Vector256<float> v) => _v = v;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    public static Lanes8 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector256<float>.Zero);
    }

    [MethodImpl(Inline)]
    public static Lanes8 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Lanes8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Lanes8 value, float* destination) => value._v.Store(destination);

    [MethodImpl(Inline)]
    public static Lanes8 LoadFirst(float* source, int count) => new(Avx.MaskLoad(source, FirstMask(count)._v));

    [MethodImpl(Inline)]
    public static void StoreFirst(Lanes8 value, float* destination, int count) => Avx.MaskStore(destination, FirstMask(count)._v, value._v);

    [MethodImpl(Inline)]
    public static Lanes8 FirstMask(int count) => new(Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a._v + b._v);

    [MethodImpl(Inline)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a._v - b._v);

    [MethodImpl(Inline)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a._v * b._v);

    [MethodImpl(Inline)]
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a._v / b._v);

    [MethodImpl(Inline)]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(Inline)]
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes8 Min(Lanes8 a, Lanes8 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes8 Sqrt(Lanes8 a) => new(Vector256.Sqrt(a._v));

    [MethodImpl(Inline)]
    public static Lanes8 Round(Lanes8 a) => new(Vector256.Round(a._v));

    [MethodImpl(Inline)]
    public static Lanes8 GreaterThan(Lanes8 a, Lanes8 b) => new(Vector256.GreaterThan(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes8 Equal(Lanes8 a, Lanes8 b) => new(Vector256.Equals(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes8 Select(Lanes8 mask, Lanes8 a, Lanes8 b) => new(Vector256.ConditionalSelect(mask._v, a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes8 PowerOfTwo(Lanes8 n) => new(((Vector256.ConvertToInt32Native(n._v) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes8 Exponent(Lanes8 x) => new(Vector256.ConvertToSingle((x._v.AsInt32() >> 23) - Vector256.Create(127)));

    [MethodImpl(Inline)]
    public static Lanes8 Mantissa(Lanes8 x) =>
        new(((x._v.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F800000)).AsSingle());

    [MethodImpl(Inline)]
    public static float Sum(Lanes8 a) => Vector256.Sum(a._v);
}
