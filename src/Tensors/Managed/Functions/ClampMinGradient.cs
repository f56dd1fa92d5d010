using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>The gradient of x, given the gradient a of max(minimum, x), and b = x.</summary>
internal readonly struct ClampMinGradient(float minimum) : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Select(V.GreaterThan(b, V.Create(minimum)), a, V.Zero);
}
