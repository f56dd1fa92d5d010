using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed;

/// <summary>The optimiser of <see cref="ManagedEngine"/>.</summary>
internal sealed unsafe class ManagedOptimizer : Optimizer
{
    private const int Grain = 16384;
    private const int MomentsPerParameter = 2;

    private readonly ManagedEngine _engine;
    private readonly ParameterTensor[] _parameters;
    private readonly NativeBuffer[] _moments;
    private readonly AdamOptions _options;
    private long _stepCount;

    public ManagedOptimizer(ManagedEngine engine, ParameterTensor[] parameters, AdamOptions options)
    {
        options.Check();
        (_engine, _parameters, _options) = (engine, parameters, options);
        _moments = [.. parameters.SelectMany(parameter => Enumerable.Range(0, MomentsPerParameter)
            .Select(_ => new NativeBuffer(parameter.Length)))];
        foreach (NativeBuffer moment in _moments)
            moment.Clear();
    }

    public override long StepCount => _stepCount;

    public override int StateLength => _parameters.Sum(parameter => parameter.Length) * MomentsPerParameter;

    public override Tensor Update(float learningRate, float gradientScale = 1)
    {
        CheckUpdate(learningRate, gradientScale);
        if (!_engine.IsTraining)
            throw new InvalidOperationException("The training step that computed the gradients must be open.");
        _stepCount++;
        float norm = GradientNorm() * gradientScale;
        float scale = norm > _options.MaximumGradientNorm ? _options.MaximumGradientNorm / norm * gradientScale : gradientScale;
        for (int i = 0; i < _parameters.Length; i++)
        {
            ParameterTensor parameter = _parameters[i];
            UpdateOne(parameter, _moments.AsSpan(i * MomentsPerParameter, MomentsPerParameter), learningRate, scale);
            parameter.MarkChanged();
        }
        // The memory of the moments is freed when they are collected.
        GC.KeepAlive(this);
        return _engine.Fill(Shape.Scalar, norm);
    }

    public override void SaveState(Span<float> destination)
    {
        CheckLength(destination.Length);
        foreach ((NativeBuffer moment, int length) in Moments())
        {
            new ReadOnlySpan<float>(moment.Pointer, length).CopyTo(destination);
            destination = destination[length..];
        }
    }

    public override void LoadState(long stepCount, ReadOnlySpan<float> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        CheckLength(source.Length);
        foreach ((NativeBuffer moment, int length) in Moments())
        {
            source[..length].CopyTo(new Span<float>(moment.Pointer, length));
            source = source[length..];
        }
        _stepCount = stepCount;
    }

    private IEnumerable<(NativeBuffer Moment, int Length)> Moments() =>
        _moments.Select((moment, i) => (moment, _parameters[i / MomentsPerParameter].Length));

    private float GradientNorm()
    {
        double sum = 0;
        foreach (ParameterTensor parameter in _parameters)
            sum += Reduction.SumOfSquares(parameter.Gradient, parameter.Length, _engine.Threads);
        return (float)Math.Sqrt(sum);
    }

    private void CheckLength(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state of this optimiser must have {StateLength} values, not {length}.");
    }

    /// <summary>Updates one parameter. Clipping multiplies its gradient by <paramref name="gradientScale"/>.</summary>
    private void UpdateOne(ParameterTensor parameter, ReadOnlySpan<NativeBuffer> moments, float learningRate,
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
        ParallelLoop.Run(loop, (int)NativeBuffer.PaddedLength(parameter.Length), Grain, _engine.Threads, NativeBuffer.Granularity);
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
