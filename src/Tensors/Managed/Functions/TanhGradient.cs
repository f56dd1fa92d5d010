using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>The gradient of x, given the gradient a and the value b of tanh x.</summary>
internal readonly struct TanhGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * (V.Create(1f) - b * b);
}
