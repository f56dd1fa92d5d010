using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Kernels;
using Disentangle.ML.Tensors.Memory;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors;

/// <summary>What the optimisers of the <see cref="ManagedEngine"/> share: gradients, clipping, moments.</summary>
internal abstract unsafe class ManagedOptimizer : Optimizer
{
    private const int Grain = 16384;

    private readonly ManagedEngine _engine;
    private readonly ParameterTensor[] _parameters;
    private readonly NativeBuffer[] _moments;
    private readonly int _momentsPerParameter;
    private readonly float _maximumNorm;
    private long _stepCount;

    protected ManagedOptimizer(ManagedEngine engine, ParameterTensor[] parameters, int momentsPerParameter, OptimizerOptions options)
    {
        options.Check();
        (_engine, _parameters, _momentsPerParameter, _maximumNorm) = (engine, parameters, momentsPerParameter, options.MaximumGradientNorm);
        _moments = [.. parameters.SelectMany(parameter => Enumerable.Range(0, momentsPerParameter).Select(_ => new NativeBuffer(parameter.Length)))];
        foreach (NativeBuffer moment in _moments)
            moment.Clear();
    }

    public sealed override long StepCount => _stepCount;

    public sealed override int StateLength => _parameters.Sum(parameter => parameter.Length) * _momentsPerParameter;

    public sealed override Tensor Update(float learningRate)
    {
        if (!(learningRate >= 0 && float.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "A learning rate is a number and not negative.");
        if (!_engine.IsTraining)
            throw new InvalidOperationException("An optimiser needs the training step whose gradients it applies to be open.");
        _stepCount++;
        float norm = GradientNorm();
        float scale = norm > _maximumNorm ? _maximumNorm / norm : 1;
        for (int i = 0; i < _parameters.Length; i++)
        {
            ParameterTensor parameter = _parameters[i];
            UpdateOne(parameter, _moments.AsSpan(i * _momentsPerParameter, _momentsPerParameter), learningRate, scale);
            parameter.MarkChanged();
        }
        // The moments' memory goes when they do.
        GC.KeepAlive(this);
        return _engine.Fill(Shape.Scalar, norm);
    }

    public sealed override void SaveState(Span<float> destination)
    {
        CheckLength(destination.Length);
        foreach ((NativeBuffer moment, int length) in Moments())
        {
            new ReadOnlySpan<float>(moment.Pointer, length).CopyTo(destination);
            destination = destination[length..];
        }
    }

    public sealed override void LoadState(long stepCount, ReadOnlySpan<float> source)
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

    /// <summary>Changes one parameter, given the factor that clipping puts on its gradient.</summary>
    protected abstract void UpdateOne(ParameterTensor parameter, ReadOnlySpan<NativeBuffer> moments, float learningRate, float gradientScale);

    protected void Run<TLoop>(TLoop loop, int length) where TLoop : unmanaged, IParallelLoop =>
        ParallelLoop.Run(loop, (int)NativeBuffer.PaddedLength(length), Grain, _engine.Threads, NativeBuffer.Granularity);

    private IEnumerable<(NativeBuffer Moment, int Length)> Moments() => _moments.Select((moment, i) => (moment, _parameters[i / _momentsPerParameter].Length));

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
            throw new ArgumentException($"The state of this optimiser has {StateLength} values, not {length}.");
    }
}

internal sealed unsafe class SgdOptimizer : ManagedOptimizer
{
    private readonly SgdOptions _options;

    public SgdOptimizer(ManagedEngine engine, ParameterTensor[] parameters, SgdOptions options)
        : base(engine, parameters, options.Momentum == 0 ? 0 : 1, options) => _options = options;

    protected override void UpdateOne(ParameterTensor parameter, ReadOnlySpan<NativeBuffer> moments, float learningRate, float gradientScale)
    {
        float* velocity = moments.IsEmpty ? null : moments[0].Pointer;
        Run(new Loop(parameter.Data, parameter.Gradient, velocity, learningRate, gradientScale, _options.Momentum, _options.WeightDecay), parameter.Length);
    }

    private readonly struct Loop(float* weights, float* gradients, float* velocities, float learningRate, float gradientScale, float momentum, float decay)
        : IParallelLoop
    {
        private readonly float* _weights = weights;
        private readonly float* _gradients = gradients;
        private readonly float* _velocities = velocities;
        private readonly float _learningRate = learningRate;
        private readonly float _gradientScale = gradientScale;
        private readonly float _momentum = momentum;
        private readonly float _decay = decay;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (nint i = start; i < end; i += V.Width)
            {
                V w = V.Load(_weights + i);
                V g = V.MultiplyAdd(w, V.Create(_decay), V.Load(_gradients + i) * V.Create(_gradientScale));
                if (_velocities != null)
                {
                    g = V.MultiplyAdd(V.Load(_velocities + i), V.Create(_momentum), g);
                    V.Store(g, _velocities + i);
                }
                V.Store(V.MultiplyAdd(g, V.Create(-_learningRate), w), _weights + i);
            }
        }
    }
}

internal sealed unsafe class AdamOptimizer : ManagedOptimizer
{
    private readonly AdamOptions _options;

    public AdamOptimizer(ManagedEngine engine, ParameterTensor[] parameters, AdamOptions options)
        : base(engine, parameters, 2, options) => _options = options;

    protected override void UpdateOne(ParameterTensor parameter, ReadOnlySpan<NativeBuffer> moments, float learningRate, float gradientScale)
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
            V epsilon = V.Create(Epsilon), gradientScale = V.Create(GradientScale), decay = V.Create(Decay), shrinkage = V.Create(Shrinkage);
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
