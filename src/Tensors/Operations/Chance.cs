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
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate is 0 or more and less than 1.");
        return IsTraining && rate > 0 ? new DropoutNode(this, input, rate) : input;
    }

    /// <inheritdoc/>
    public override Tensor Normal(Shape shape)
    {
        var result = new ConstantTensor(this, shape);
        int pairs = (shape.Length + 1) / 2;
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
            int pairs = (Length + 1) / 2;
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

    /// <summary>An iteration makes two factors, 0 or 1 / (1 - rate). Buffers are padded, so the second of the last pair has its place.</summary>
    private readonly struct DropoutLoop(ulong first, float* factors, float rate) : IParallelLoop
    {
        private readonly ulong _first = first;
        private readonly float* _factors = factors;
        private readonly uint _threshold = (uint)(rate * 4294967296.0);
        private readonly float _kept = 1 / (1 - rate);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int i = start; i < end; i++)
            {
                ulong bits = CounterRandom.At(_first, i);
                _factors[2 * i] = (uint)bits < _threshold ? 0 : _kept;
                _factors[2 * i + 1] = (uint)(bits >> 32) < _threshold ? 0 : _kept;
            }
        }
    }

    /// <summary>An iteration makes two independent draws from N(0, 1), after Box and Muller.</summary>
    private readonly struct NormalLoop(ulong first, float* values) : IParallelLoop
    {
        private readonly ulong _first = first;
        private readonly float* _values = values;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int i = start; i < end; i++)
            {
                ulong bits = CounterRandom.At(_first, i);
                // (0, 1], so that the logarithm is finite, and [0, 1).
                double u = ((uint)bits + 1.0) / 4294967296.0;
                double v = (uint)(bits >> 32) / 4294967296.0;
                double radius = Math.Sqrt(-2 * Math.Log(u));
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * v);
                _values[2 * i] = (float)(radius * cosine);
                _values[2 * i + 1] = (float)(radius * sine);
            }
        }
    }
}
