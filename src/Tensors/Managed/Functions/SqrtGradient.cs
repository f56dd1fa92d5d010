using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>The gradient of x, given the gradient a and the value b of √x.</summary>
internal readonly struct SqrtGradient : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * V.Create(0.5f) / b;
}
