using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Disentangle.ML.Tensors.Managed.Simd;

/// <summary>One lane, for remainders and for machines without vector registers.</summary>
internal readonly unsafe struct Lanes1 : ISimd<Lanes1>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly float _v;

    [MethodImpl(Inline)]
    private Lanes1(float v) => _v = v;

    /// <summary>Whether a b + c is rounded only once. If the processor cannot do this, no width does: emulation would be slow.</summary>
    public static bool HasFma
    {
        [MethodImpl(Inline)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }

    public static int Width
    {
        [MethodImpl(Inline)]
        get => 1;
    }

    public static Lanes1 Zero
    {
        [MethodImpl(Inline)]
        get => default;
    }

    [MethodImpl(Inline)]
    public static Lanes1 Create(float value) => new(value);

    [MethodImpl(Inline)]
    public static Lanes1 Load(float* source) => new(*source);

    [MethodImpl(Inline)]
    public static void Store(Lanes1 value, float* destination) => *destination = value._v;

    [MethodImpl(Inline)]
    public static Lanes1 LoadFirst(float* source, int count) => default;

    [MethodImpl(Inline)]
    public static void StoreFirst(Lanes1 value, float* destination, int count)
    {
    }

    [MethodImpl(Inline)]
    public static Lanes1 FirstMask(int count) => Mask(count > 0);

    [MethodImpl(Inline)]
    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a._v + b._v);

    [MethodImpl(Inline)]
    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a._v - b._v);

    [MethodImpl(Inline)]
    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a._v * b._v);

    [MethodImpl(Inline)]
    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a._v / b._v);

    [MethodImpl(Inline)]
    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => HasFma ? new(MathF.FusedMultiplyAdd(a._v, b._v, c._v)) : a * b + c;

    [MethodImpl(Inline)]
    public static Lanes1 Max(Lanes1 a, Lanes1 b) => a._v > b._v ? a : b;

    [MethodImpl(Inline)]
    public static Lanes1 Min(Lanes1 a, Lanes1 b) => a._v < b._v ? a : b;

    [MethodImpl(Inline)]
    public static Lanes1 Sqrt(Lanes1 a) => new(MathF.Sqrt(a._v));

    [MethodImpl(Inline)]
    public static Lanes1 Round(Lanes1 a) => new(MathF.Round(a._v));

    [MethodImpl(Inline)]
    public static Lanes1 GreaterThan(Lanes1 a, Lanes1 b) => Mask(a._v > b._v);

    [MethodImpl(Inline)]
    public static Lanes1 Equal(Lanes1 a, Lanes1 b) => Mask(a._v == b._v);

    [MethodImpl(Inline)]
    public static Lanes1 Select(Lanes1 mask, Lanes1 a, Lanes1 b) => BitConverter.SingleToInt32Bits(mask._v) != 0 ? a : b;

    [MethodImpl(Inline)]
    public static Lanes1 PowerOfTwo(Lanes1 n) => new(BitConverter.Int32BitsToSingle(((int)n._v + 127) << 23));

    [MethodImpl(Inline)]
    public static Lanes1 Exponent(Lanes1 x) => new((BitConverter.SingleToInt32Bits(x._v) >> 23) - 127);

    [MethodImpl(Inline)]
    public static Lanes1 Mantissa(Lanes1 x) =>
        new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(x._v) & 0x007FFFFF) | 0x3F800000));

    [MethodImpl(Inline)]
    public static float Sum(Lanes1 a) => a._v;

    [MethodImpl(Inline)]
    private static Lanes1 Mask(bool set) => new(BitConverter.Int32BitsToSingle(set ? -1 : 0));
}
