using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Kernels;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    private const int RandomGrain = 4096;

    private CounterRandom _random;

    /// <inheritdoc/>
    public override ulong[] RandomState
    {
        get => _random.State;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length != 1)
                throw new ArgumentException($"The state of a ManagedEngine's random stream is 1 number, not {value.Length}.", nameof(value));
            _random.State = value;
        }
    }

    /// <inheritdoc/>
    public override Tensor Dropout(Tensor x, float rate)
    {
        ManagedTensor input = Use(x);
        OperationShapes.Dropout(rate);
        return IsTraining && rate > 0 ? new DropoutNode(this, input, rate) : input;
    }

    /// <inheritdoc/>
    public override Tensor Normal(Shape shape)
    {
        var result = new ConstantTensor(this, shape);
        int pairs = CounterRandom.Pairs(shape.Length);
        ParallelLoop.Run(new NormalLoop(_random.Take(pairs), result.Data), pairs, RandomGrain, Threads);
        return result;
    }

    private sealed class DropoutNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly float* _factors;

        public DropoutNode(ManagedEngine engine, ManagedTensor input, float rate) : base(engine, input.Shape, engine.Records(input))
        {
            _input = input;
            _factors = engine.Allocate(input.Length);
            int pairs = CounterRandom.Pairs(Length);
            ParallelLoop.Run(new DropoutLoop(engine._random.Take(pairs), _factors, rate), pairs, RandomGrain, engine.Threads);
            Elementwise.Map(new Multiply(), input.Data, _factors, Data, Length, false, engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            bool accumulate = false;
            float* target = _input.TryTakeGradient(gradient) ? gradient : _input.GradientTarget(out accumulate);
            Elementwise.Map(new Multiply(), gradient, _factors, target, Length, accumulate, Managed.Threads);
        }
    }

    /// <summary>An iteration makes two factors. Buffers are padded, so the second of the last pair has its place.</summary>
    private readonly struct DropoutLoop(ulong first, float* factors, float rate) : IParallelLoop
    {
        private readonly ulong _first = first;
        private readonly float* _factors = factors;
        private readonly uint _threshold = CounterRandom.Threshold(rate);
        private readonly float _kept = 1 / (1 - rate);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int i = start; i < end; i++)
                (_factors[2 * i], _factors[2 * i + 1]) = CounterRandom.DropoutPair(CounterRandom.At(_first, i), _threshold, _kept);
        }
    }

    /// <summary>An iteration makes two draws.</summary>
    private readonly struct NormalLoop(ulong first, float* values) : IParallelLoop
    {
        private readonly ulong _first = first;
        private readonly float* _values = values;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int i = start; i < end; i++)
                (_values[2 * i], _values[2 * i + 1]) = CounterRandom.NormalPair(CounterRandom.At(_first, i));
        }
    }
}
