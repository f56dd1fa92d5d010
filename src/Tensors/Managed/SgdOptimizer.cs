using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed;

/// <summary>The optimiser for <see cref="SgdOptions"/>.</summary>
internal sealed unsafe class SgdOptimizer : ManagedOptimizer
{
    private readonly SgdOptions _options;

    public SgdOptimizer(ManagedEngine engine, ParameterTensor[] parameters, SgdOptions options)
        : base(engine, parameters, options.Momentum == 0 ? 0 : 1, options) => _options = options;

    protected override void UpdateOne(ParameterTensor parameter, ReadOnlySpan<NativeBuffer> moments, float learningRate,
        float gradientScale)
    {
        float* velocity = moments.IsEmpty ? null : moments[0].Pointer;
        Run(new Loop(parameter.Data, parameter.Gradient, velocity, learningRate, gradientScale, _options.Momentum, _options.WeightDecay),
            parameter.Length);
    }

    private readonly struct Loop(float* weights, float* gradients, float* velocities, float learningRate, float gradientScale,
        float momentum, float decay)
        : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (nint i = start; i < end; i += V.Width)
            {
                V w = V.Load(weights + i);
                V g = V.MultiplyAdd(w, V.Create(decay), V.Load(gradients + i) * V.Create(gradientScale));
                if (velocities != null)
                {
                    g = V.MultiplyAdd(V.Load(velocities + i), V.Create(momentum), g);
                    V.Store(g, velocities + i);
                }
                V.Store(V.MultiplyAdd(g, V.Create(-learningRate), w), weights + i);
            }
        }
    }
}
