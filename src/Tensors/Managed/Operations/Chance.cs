using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    private const int RandomGrain = 4096;

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
        int pairs = (shape.Length + 1) / 2;
        ParallelLoop.Run(new NormalLoop(TakeRandom(pairs), result.Data), pairs, RandomGrain, Threads);
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
            ParallelLoop.Run(new DropoutLoop(engine.TakeRandom(pairs), _factors, rate), pairs, RandomGrain, engine.Threads);
            Elementwise.Map(new Multiply(), input.Data, _factors, Data, Length, false, engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            bool accumulate = false;
            float* target = _input.TryTakeGradient(gradient) ? gradient : _input.GradientTarget(out accumulate);
            Elementwise.Map(new Multiply(), gradient, _factors, target, Length, accumulate, Managed.Threads);
        }
    }

    /// <summary>
    /// An iteration makes two factors, 0 or 1 / (1 - rate). Buffers are padded, so there is room for the second of the last pair.
    /// </summary>
    private readonly struct DropoutLoop(ulong first, float* factors, float rate) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V> =>
            RandomNumbers.DropoutFactors(
                CounterRandom.Skip(first, start), new Span<float>(factors + 2 * (nint)start, 2 * (end - start)), rate);
    }

    /// <summary>An iteration makes two independent draws from N(0, 1).</summary>
    private readonly struct NormalLoop(ulong first, float* values) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V> =>
            RandomNumbers.Normal(CounterRandom.Skip(first, start), new Span<float>(values + 2 * (nint)start, 2 * (end - start)));
    }
}
