using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed;

/// <summary>The optimiser for <see cref="AdamOptions"/>.</summary>
internal sealed unsafe class AdamOptimizer : ManagedOptimizer
{
    private readonly AdamOptions _options;

    public AdamOptimizer(ManagedEngine engine, ParameterTensor[] parameters, AdamOptions options)
        : base(engine, parameters, 2, options) => _options = options;

    protected override void UpdateOne(ParameterTensor parameter, ReadOnlySpan<NativeBuffer> moments, float learningRate,
        float gradientScale)
    {
        double correction1 = 1 - Math.Pow(_options.Beta1, StepCount);
        double correction2 = 1 - Math.Pow(_options.Beta2, StepCount);
        var loop = new Loop
        {
            Weights = parameter.Data,
            Gradients = parameter.Gradient,
            First = moments[0].Pointer,
            Second = moments[1].Pointer,
            Beta1 = _options.Beta1,
            Beta2 = _options.Beta2,
            Epsilon = _options.Epsilon,
            GradientScale = gradientScale,
            Decay = _options.DecoupledWeightDecay ? 0 : _options.WeightDecay,
            Shrinkage = _options.DecoupledWeightDecay ? (float)(1 - (double)learningRate * _options.WeightDecay) : 1,
            StepSize = (float)(learningRate / correction1),
            RootScale = (float)(1 / Math.Sqrt(correction2)),
        };
        Run(loop, parameter.Length);
    }

    private struct Loop : IParallelLoop
    {
        public float* Weights;
        public float* Gradients;
        public float* First;
        public float* Second;
        public float Beta1;
        public float Beta2;
        public float Epsilon;
        public float GradientScale;
        public float Decay;
        public float Shrinkage;
        public float StepSize;
        public float RootScale;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            V beta1 = V.Create(Beta1), rest1 = V.Create(1 - Beta1), beta2 = V.Create(Beta2), rest2 = V.Create(1 - Beta2);
            V epsilon = V.Create(Epsilon), gradientScale = V.Create(GradientScale);
            V decay = V.Create(Decay), shrinkage = V.Create(Shrinkage);
            V stepSize = V.Create(-StepSize), rootScale = V.Create(RootScale);
            float* weights = Weights, gradients = Gradients, first = First, second = Second;
            for (nint i = start; i < end; i += V.Width)
            {
                V w = V.Load(weights + i) * shrinkage;
                V g = V.MultiplyAdd(w, decay, V.Load(gradients + i) * gradientScale);
                V m = V.MultiplyAdd(V.Load(first + i), beta1, g * rest1);
                V v = V.MultiplyAdd(V.Load(second + i), beta2, g * g * rest2);
                V.Store(m, first + i);
                V.Store(v, second + i);
                V.Store(V.MultiplyAdd(m / V.MultiplyAdd(V.Sqrt(v), rootScale, epsilon), stepSize, w), weights + i);
            }
        }
    }
}
