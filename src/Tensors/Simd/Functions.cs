using System.Runtime.CompilerServices;

namespace Disentangle.ML.Tensors.Simd;

/// <summary>A function of one number, on registers.</summary>
internal interface IUnaryFunction
{
    V Apply<V>(V x) where V : struct, ISimd<V>;
}

/// <summary>A function of two numbers, on registers.</summary>
internal interface IBinaryFunction
{
    V Apply<V>(V a, V b) where V : struct, ISimd<V>;
}

internal readonly struct Copy : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => x;
}

internal readonly struct ReLU : IUnaryFunction
{
    // The maximum's second operand wins where one is NaN, which must not vanish here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.Max(V.Zero, x);
}

internal readonly struct LeakyReLU : IUnaryFunction
{
    public const float Slope = 0.01f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.Max(x * V.Create(Slope), x);
}

internal readonly struct Sigmoid : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => SimdMath.Sigmoid(x);
}

internal readonly struct Tanh : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => SimdMath.Tanh(x);
}

internal readonly struct Exp : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => SimdMath.Exp(x);
}

internal readonly struct Log : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => SimdMath.Log(x);
}

internal readonly struct Square : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => x * x;
}

internal readonly struct Sqrt : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.Sqrt(x);
}

internal readonly struct Scale(float factor, float offset) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.MultiplyAdd(x, V.Create(factor), V.Create(offset));
}

internal readonly struct ClampMin(float minimum) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.Max(V.Create(minimum), x);
}

internal readonly struct Add : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a + b;
}

internal readonly struct Subtract : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a - b;
}

internal readonly struct Multiply : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * b;
}

internal readonly struct Divide : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a / b;
}

/// <summary>-(a / b).</summary>
internal readonly struct NegatedQuotient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Zero - a / b;
}

// Gradients: a is the gradient of the result, b what the comment says.

/// <summary>b is the result.</summary>
internal readonly struct ReLUGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Select(V.GreaterThan(b, V.Zero), a, V.Zero);
}

/// <summary>b is the argument.</summary>
internal readonly struct ClampMinGradient(float minimum) : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Select(V.GreaterThan(b, V.Create(minimum)), a, V.Zero);
}

/// <summary>b is the result.</summary>
internal readonly struct LeakyReLUGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Select(V.GreaterThan(b, V.Zero), a, a * V.Create(LeakyReLU.Slope));
}

/// <summary>b is the result.</summary>
internal readonly struct SigmoidGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * (b * (V.Create(1f) - b));
}

/// <summary>b is the result.</summary>
internal readonly struct TanhGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * (V.Create(1f) - b * b);
}

/// <summary>b is the argument.</summary>
internal readonly struct SquareGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * (b + b);
}

/// <summary>b is the result.</summary>
internal readonly struct SqrtGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * V.Create(0.5f) / b;
}
