using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor Gru(
        Tensor x, ReadOnlySpan<int> lengths, Tensor inputWeight, Tensor hiddenWeight, Tensor inputBias, Tensor hiddenBias,
        Tensor? initialState = null)
    {
        CheckGru(x, lengths, inputWeight, hiddenWeight, inputBias, hiddenBias, initialState);
        return new GruNode(
            this, Use(Linear(x, inputWeight, inputBias)), lengths, Use(hiddenWeight), Use(hiddenBias),
            initialState is null ? null : Use(initialState));
    }

    /// <summary>The recurrence, given W_i x + b_i.</summary>
    private sealed class GruNode : ManagedTensor
    {
        private readonly ManagedTensor _inputs;
        private readonly ManagedTensor _weight;
        private readonly ManagedTensor _bias;
        private readonly ManagedTensor? _initial;
        private readonly SequenceOrder _order;
        private readonly int _groupSize;
        private readonly float* _gates;
        private readonly float* _recurrent;

        public GruNode(ManagedEngine engine, ManagedTensor inputs, ReadOnlySpan<int> lengths, ManagedTensor weight, ManagedTensor bias,
            ManagedTensor? initial)
            : base(engine, new Shape(inputs.Shape[0], weight.Shape[1]), engine.Records(inputs, initial) || engine.Records(weight, bias))
        {
            (_inputs, _weight, _bias, _initial) = (inputs, weight, bias, initial);
            _order = engine.Order(lengths);
            _groupSize = GatedRecurrence.GroupSize(lengths.Length, engine.Threads);
            int hidden = Shape[1];
            _gates = engine.Allocate(inputs.Length);
            Elementwise.Map(new Copy(), inputs.Data, _gates, inputs.Length, false, engine.Threads);
            if (RequiresGradient)
                _recurrent = engine.Allocate(Length);
            float* packed = engine.Allocate(PackedMatrix.PackedLength(hidden, 3 * hidden));
            PackedMatrix.Pack(weight.Data, hidden, transpose: true, hidden, 3 * hidden, packed);
            var loop = new GatedRecurrence.ForwardLoop(
                _order, _groupSize, hidden, _gates, _recurrent, packed, bias.Data, initial is null ? null : initial.Data, Data);
            ParallelLoop.Run(loop, Groups, 1, engine.Threads);
        }

        private int Groups => (_order.Count + _groupSize - 1) / _groupSize;

        protected override void Backward(float* gradient)
        {
            ManagedEngine engine = Managed;
            (int steps, int hidden) = (Shape[0], Shape[1]);
            float* previous = PreviousStates();
            float* packed = engine.Allocate(PackedMatrix.PackedLength(3 * hidden, hidden));
            PackedMatrix.Pack(_weight.Data, hidden, transpose: false, 3 * hidden, hidden, packed);
            float* gateGradient = engine.Allocate(_inputs.Length);
            float* recurrentGradient = engine.Allocate(Length);
            float* initialGradient = _initial is { RequiresGradient: true } ? engine.Allocate(_initial.Length) : null;
            var loop = new GatedRecurrence.BackwardLoop(
                _order, _groupSize, hidden, _gates, _recurrent, packed, previous, gradient, gateGradient, recurrentGradient,
                initialGradient);
            ParallelLoop.Run(loop, Groups, 1, engine.Threads);

            // Only the recurrent product of n has a gradient different from that of the inputs.
            if (_weight.RequiresGradient)
            {
                float* target = _weight.GradientTarget(out bool accumulate);
                engine.Multiply(gateGradient, 3 * hidden, true, previous, hidden, false, target, 2 * hidden, hidden, steps, accumulate);
                engine.Multiply(recurrentGradient, hidden, true, previous, hidden, false, target + 2 * (nint)hidden * hidden, hidden,
                    hidden, steps, accumulate);
            }
            if (_bias.RequiresGradient)
            {
                float* target = _bias.GradientTarget(out bool accumulate);
                float* sums = engine.Allocate(3 * hidden);
                Reduction.SumAxis(gateGradient, sums, 1, steps, 3 * hidden, false, engine.Threads);
                engine.CopyRows(sums, 2 * hidden, target, 2 * hidden, 1, 2 * hidden, accumulate);
                Reduction.SumAxis(recurrentGradient, target + 2 * hidden, 1, steps, hidden, accumulate, engine.Threads);
            }
            if (initialGradient != null && !_initial!.TryTakeGradient(initialGradient))
                Elementwise.Map(new Copy(), initialGradient, _initial.GradientTarget(out bool accumulate), _initial.Length, accumulate,
                    engine.Threads);
            if (_inputs.RequiresGradient && !_inputs.TryTakeGradient(gateGradient))
                Elementwise.Map(new Copy(), gateGradient, _inputs.GradientTarget(out bool accumulate), _inputs.Length, accumulate,
                    engine.Threads);
        }

        /// <summary>The state before each step.</summary>
        private float* PreviousStates()
        {
            int hidden = Shape[1];
            float* previous = Managed.Allocate(Length);
            for (int i = 0; i < _order.Count; i++)
            {
                nint row = _order.Offset[i];
                var first = new Span<float>(previous + row * hidden, hidden);
                if (_initial is null)
                    first.Clear();
                else
                    new ReadOnlySpan<float>(_initial.Data + (nint)_order.Sequence[i] * hidden, hidden).CopyTo(first);
                int rest = (_order.Length[i] - 1) * hidden;
                new ReadOnlySpan<float>(Data + row * hidden, rest).CopyTo(new Span<float>(previous + (row + 1) * hidden, rest));
            }
            return previous;
        }
    }

    /// <summary>Sorts sequences by length, longest first; sequences of equal length keep their order.</summary>
    private SequenceOrder Order(ReadOnlySpan<int> lengths)
    {
        int count = lengths.Length;
        int longest = 0;
        foreach (int length in lengths)
            longest = Math.Max(longest, length);
        // A counting sort: places[l] is the place of the next sequence of length l.
        var places = new Span<int>(Allocate(longest + 1), longest + 1);
        places.Clear();
        foreach (int length in lengths)
            places[length]++;
        int before = 0;
        for (int length = longest; length >= 0; length--)
            (places[length], before) = (before, before + places[length]);

        var order = new SequenceOrder((int*)Allocate(count), (int*)Allocate(count), (int*)Allocate(count), count);
        int offset = 0;
        for (int i = 0; i < count; i++)
        {
            int place = places[lengths[i]]++;
            (order.Sequence[place], order.Length[place], order.Offset[place]) = (i, lengths[i], offset);
            offset += lengths[i];
        }
        return order;
    }
}
