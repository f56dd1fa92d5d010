using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>16 lanes in a <see cref="Vector512{T}"/>.</summary>
internal readonly unsafe struct Lanes16 : ISimd<Lanes16>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> _v;

    [MethodImpl(Inline)]
    private Lanes16(Vector512<float> v) => _v = v;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 16;
    }

    public static Lanes16 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector512<float>.Zero);
    }

    [MethodImpl(Inline)]
    public static Lanes16 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Lanes16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Lanes16 value, float* destination) => value._v.Store(destination);

    [MethodImpl(Inline)]
    public static Lanes16 LoadFirst(float* source, int count) => new(Avx512F.MaskLoad(source, FirstMask(count)._v, Vector512<float>.Zero));

    [MethodImpl(Inline)]
    public static void StoreFirst(Lanes16 value, float* destination, int count) =>
        Avx512F.MaskStore(destination, FirstMask(count)._v, value._v);

    [MethodImpl(Inline)]
    public static Lanes16 FirstMask(int count) => new(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(a._v + b._v);

    [MethodImpl(Inline)]
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new(a._v - b._v);

    [MethodImpl(Inline)]
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new(a._v * b._v);

    [MethodImpl(Inline)]
    public static Lanes16 operator /(Lanes16 a, Lanes16 b) => new(a._v / b._v);

    [MethodImpl(Inline)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(Inline)]
    public static Lanes16 Max(Lanes16 a, Lanes16 b) => new(Vector512.MaxNative(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes16 Min(Lanes16 a, Lanes16 b) => new(Vector512.MinNative(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes16 Sqrt(Lanes16 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(Inline)]
    public static Lanes16 Round(Lanes16 a) => new(Vector512.Round(a._v));

    [MethodImpl(Inline)]
    public static Lanes16 GreaterThan(Lanes16 a, Lanes16 b) => new(Vector512.GreaterThan(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes16 Equal(Lanes16 a, Lanes16 b) => new(Vector512.Equals(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes16 Select(Lanes16 mask, Lanes16 a, Lanes16 b) => new(Vector512.ConditionalSelect(mask._v, a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes16 PowerOfTwo(Lanes16 n) => new(((Vector512.ConvertToInt32Native(n._v) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes16 Exponent(Lanes16 x) => new(Vector512.ConvertToSingle((x._v.AsInt32() >> 23) - Vector512.Create(127)));

    [MethodImpl(Inline)]
    public static Lanes16 Mantissa(Lanes16 x) =>
        new(((x._v.AsInt32() & Vector512.Create(0x007FFFFF)) | Vector512.Create(0x3F800000)).AsSingle());

    [MethodImpl(Inline)]
    public static float Sum(Lanes16 a) => Vector512.Sum(a._v);
}
