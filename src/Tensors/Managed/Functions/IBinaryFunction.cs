using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Functions;

/// <summary>A function of two arguments, on registers.</summary>
internal interface IBinaryFunction
{
    V Apply<V>(V a, V b) where V : struct, ISimd<V>;
}
