using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>x for x &gt; 0, 0.01 x otherwise.</summary>
internal readonly struct LeakyReLU : IUnaryFunction
{
    public const float Slope = 0.01f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x) where V : struct, ISimd<V> => V.Max(x * V.Create(Slope), x);
}
