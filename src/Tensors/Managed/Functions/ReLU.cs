using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>max(0, x).</summary>
internal readonly struct ReLU : IUnaryFunction
{
    // Max returns its second operand if either is NaN, so this order keeps NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.Max(V.Zero, x);
}
