using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>4 lanes in a <see cref="Vector128{T}"/>.</summary>
internal readonly unsafe struct Lanes4 : ISimd<Lanes4>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<float> _v;

    [MethodImpl(Inline)]
    private Lanes4(Vector128<float> v) => _v = v;

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    public static Lanes4 Zero
    {
        [MethodImpl(Inline)]
        get => new(Vector128<float>.Zero);
    }

    [MethodImpl(Inline)]
    public static Lanes4 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Lanes4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(Inline)]
    public static void Store(Lanes4 value, float* destination) => value._v.Store(destination);

    public static Lanes4 LoadFirst(float* source, int count)
    {
        float* lanes = stackalloc float[4];
        for (int i = 0; i < 4; i++)
            lanes[i] = i < count ? source[i] : 0;
        return Load(lanes);
    }

    public static void StoreFirst(Lanes4 value, float* destination, int count)
    {
        float* lanes = stackalloc float[4];
        Store(value, lanes);
        for (int i = 0; i < count; i++)
            destination[i] = lanes[i];
    }

    [MethodImpl(Inline)]
    public static Lanes4 FirstMask(int count) => new(Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a._v + b._v);

    [MethodImpl(Inline)]
    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a._v - b._v);

    [MethodImpl(Inline)]
    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a._v * b._v);

    [MethodImpl(Inline)]
    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a._v / b._v);

    [MethodImpl(Inline)]
    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) =>
        Lanes1.HasFma ? new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v)) : a * b + c;

    [MethodImpl(Inline)]
    public static Lanes4 Max(Lanes4 a, Lanes4 b) => Select(GreaterThan(a, b), a, b);

    [MethodImpl(Inline)]
    public static Lanes4 Min(Lanes4 a, Lanes4 b) => Select(GreaterThan(b, a), a, b);

    [MethodImpl(Inline)]
    public static Lanes4 Sqrt(Lanes4 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(Inline)]
    public static Lanes4 Round(Lanes4 a) => new(Vector128.Round(a._v));

    [MethodImpl(Inline)]
    public static Lanes4 GreaterThan(Lanes4 a, Lanes4 b) => new(Vector128.GreaterThan(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes4 Equal(Lanes4 a, Lanes4 b) => new(Vector128.Equals(a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes4 Select(Lanes4 mask, Lanes4 a, Lanes4 b) => new(Vector128.ConditionalSelect(mask._v, a._v, b._v));

    [MethodImpl(Inline)]
    public static Lanes4 PowerOfTwo(Lanes4 n) => new(((Vector128.ConvertToInt32(n._v) + Vector128.Create(127)) << 23).AsSingle());

    [MethodImpl(Inline)]
    public static Lanes4 Exponent(Lanes4 x) => new(Vector128.ConvertToSingle((x._v.AsInt32() >> 23) - Vector128.Create(127)));

    [MethodImpl(Inline)]
    public static Lanes4 Mantissa(Lanes4 x) =>
        new(((x._v.AsInt32() & Vector128.Create(0x007FFFFF)) | Vector128.Create(0x3F800000)).AsSingle());

    [MethodImpl(Inline)]
    public static float Sum(Lanes4 a) => Vector128.Sum(a._v);
}
