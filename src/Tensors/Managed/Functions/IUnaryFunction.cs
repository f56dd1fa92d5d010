using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>A function of one argument, on registers.</summary>
internal interface IUnaryFunction
{
    V Apply<V>(V x) where V : struct, ISimd<V>;
}
