using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>factor x + offset.</summary>
internal readonly struct Scale(float factor, float offset) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.MultiplyAdd(x, V.Create(factor), V.Create(offset));
}
