using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>A loop over 0..count-1 whose parts can run on any thread, in any order.</summary>
internal interface IParallelLoop
{
    /// <summary>Runs the iterations start..end-1 with registers of type <typeparamref name="V"/>.</summary>
    void Run<V>(int start, int end) where V : struct, ISimd<V>;
}
