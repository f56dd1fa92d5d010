using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>1 / (1 + e^-x).</summary>
internal readonly struct Sigmoid : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => SimdMath.Sigmoid(x);
}
