using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor Reshape(Tensor x, Shape shape)
    {
        ManagedTensor input = Use(x);
        _ = OperationShapes.Reshape(input.Shape, shape);
        return shape == input.Shape ? input : new ReshapeNode(this, input, shape);
    }

    /// <inheritdoc/>
    public override Tensor Transpose(Tensor x)
    {
        ManagedTensor input = Use(x);
        return new TransposeNode(this, input, OperationShapes.Transpose(input.Shape));
    }

    /// <inheritdoc/>
    public override Tensor Concatenate(ReadOnlySpan<Tensor> parts, int axis)
    {
        var inputs = new ManagedTensor[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            inputs[i] = Use(parts[i]);
        Shape shape = OperationShapes.Concatenate(parts, axis);
        return new ConcatenateNode(this, inputs, OperationShapes.Axis(shape, axis, nameof(Concatenate)), shape);
    }

    /// <inheritdoc/>
    public override Tensor Slice(Tensor x, int axis, int start, int length)
    {
        ManagedTensor input = Use(x);
        Shape shape = OperationShapes.Slice(input.Shape, axis, start, length);
        return new SliceNode(this, input, OperationShapes.Axis(shape, axis, nameof(Slice)), start, shape);
    }

    /// <inheritdoc/>
    public override Tensor GatherRows(Tensor x, ReadOnlySpan<int> indices)
    {
        ManagedTensor input = Use(x);
        return new GatherRowsNode(this, input, OperationShapes.GatherRows(input.Shape, indices), indices);
    }

    /// <inheritdoc/>
    public override Tensor Pick(Tensor x, ReadOnlySpan<int> columns)
    {
        ManagedTensor input = Use(x);
        return new PickNode(this, input, OperationShapes.Pick(input.Shape, columns), columns);
    }

    /// <summary>Elements before, along and after an axis.</summary>
    private static (int Outer, int Length, int Inner) Split(Shape shape, int axis)
    {
        int outer = 1, inner = 1;
        for (int i = 0; i < axis; i++)
            outer *= shape[i];
        for (int i = axis + 1; i < shape.Rank; i++)
            inner *= shape[i];
        return (outer, shape[axis], inner);
    }

    private int* CopyOf(ReadOnlySpan<int> values)
    {
        var copy = (int*)Allocate(values.Length);
        values.CopyTo(new Span<int>(copy, values.Length));
        return copy;
    }

    /// <summary>Copies or adds rows of <paramref name="length"/> elements.</summary>
    private void CopyRows(float* source, int sourceStride, float* destination, int destinationStride, int rows, int length, bool accumulate)
    {
        if (accumulate)
        {
            ParallelLoop.Run(new AddRowsLoop(source, sourceStride, destination, destinationStride, length), rows,
                Math.Max(1, 16384 / Math.Max(1, length)), Threads);
            return;
        }
        for (int i = 0; i < rows; i++)
        {
            new ReadOnlySpan<float>(source, length).CopyTo(new Span<float>(destination, length));
            source += sourceStride;
            destination += destinationStride;
        }
    }

    private readonly struct AddRowsLoop(float* source, int sourceStride, float* destination, int destinationStride, int length)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int i = start; i < end; i++)
                RowKernels.Add<V>(source + (nint)i * sourceStride, destination + (nint)i * destinationStride, length);
        }
    }

    private sealed class ReshapeNode(ManagedEngine engine, ManagedTensor input, Shape shape)
        : ManagedTensor(engine, shape, engine.Records(input), input.Data)
    {
        protected override void Backward(float* gradient)
        {
            if (!input.TryTakeGradient(gradient))
                Elementwise.Map(new Copy(), gradient, input.GradientTarget(out bool accumulate), Length, accumulate, Managed.Threads);
        }
    }

    private sealed class TransposeNode : ManagedTensor
    {
        private readonly ManagedTensor _input;

        public TransposeNode(ManagedEngine engine, ManagedTensor input, Shape shape) : base(engine, shape, engine.Records(input))
        {
            _input = input;
            Transposition.Run(input.Data, Data, input.Shape[0], input.Shape[1], false, engine.Threads);
        }

        protected override void Backward(float* gradient) =>
            Transposition.Run(gradient, _input.GradientTarget(out bool accumulate), Shape[0], Shape[1], accumulate, Managed.Threads);
    }

    private sealed class ConcatenateNode : ManagedTensor
    {
        private readonly ManagedTensor[] _inputs;
        private readonly int _axis;

        public ConcatenateNode(ManagedEngine engine, ManagedTensor[] inputs, int axis, Shape shape)
            : base(engine, shape, engine._training && inputs.Any(input => input.RequiresGradient))
        {
            (_inputs, _axis) = (inputs, axis);
            (int outer, int length, int inner) = Split(shape, axis);
            int offset = 0;
            foreach (ManagedTensor input in inputs)
            {
                int part = input.Shape[axis] * inner;
                engine.CopyRows(input.Data, part, Data + offset, length * inner, outer, part, false);
                offset += part;
            }
        }

        protected override void Backward(float* gradient)
        {
            (int outer, int length, int inner) = Split(Shape, _axis);
            int offset = 0;
            foreach (ManagedTensor input in _inputs)
            {
                int part = input.Shape[_axis] * inner;
                if (input.RequiresGradient)
                    Managed.CopyRows(gradient + offset, length * inner, input.GradientTarget(out bool accumulate), part, outer, part,
                        accumulate);
                offset += part;
            }
        }
    }

    private sealed class SliceNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int _axis;
        private readonly int _start;

        public SliceNode(ManagedEngine engine, ManagedTensor input, int axis, int start, Shape shape)
            : base(engine, shape, engine.Records(input))
        {
            (_input, _axis, _start) = (input, axis, start);
            (int outer, int whole, int inner) = Split(input.Shape, axis);
            int part = shape[axis] * inner;
            engine.CopyRows(input.Data + (nint)start * inner, whole * inner, Data, part, outer, part, false);
        }

        protected override void Backward(float* gradient)
        {
            (int outer, int whole, int inner) = Split(_input.Shape, _axis);
            int length = Shape[_axis];
            float* target = _input.GradientTarget(out bool accumulate);
            if (!accumulate)
                new Span<float>(target, _input.Length).Clear();
            Managed.CopyRows(gradient, length * inner, target + (nint)_start * inner, whole * inner, outer, length * inner, accumulate);
        }
    }

    private sealed class GatherRowsNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int* _indices;
        private readonly int _count;

        public GatherRowsNode(ManagedEngine engine, ManagedTensor input, Shape shape, ReadOnlySpan<int> indices)
            : base(engine, shape, engine.Records(input))
        {
            (_input, _count) = (input, indices.Length);
            _indices = engine.CopyOf(indices);
            int length = RowLength;
            for (int i = 0; i < _count; i++)
                new ReadOnlySpan<float>(input.Data + (nint)_indices[i] * length, length)
                    .CopyTo(new Span<float>(Data + (nint)i * length, length));
        }

        private int RowLength => Split(_input.Shape, 0).Inner;

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            if (!accumulate)
                new Span<float>(target, _input.Length).Clear();
            int length = RowLength;
            // Row by row, so that the gradients of a repeated index are summed in the order of the rows.
            for (int i = 0; i < _count; i++)
                Managed.CopyRows(gradient + (nint)i * length, length, target + (nint)_indices[i] * length, length, 1, length,
                    accumulate: true);
        }
    }

    private sealed class PickNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int* _columns;

        public PickNode(ManagedEngine engine, ManagedTensor input, Shape shape, ReadOnlySpan<int> columns)
            : base(engine, shape, engine.Records(input))
        {
            _input = input;
            _columns = engine.CopyOf(columns);
            for (int i = 0; i < columns.Length; i++)
                Data[i] = input.Data[(nint)i * input.Shape[1] + columns[i]];
        }

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            if (!accumulate)
                new Span<float>(target, _input.Length).Clear();
            for (int i = 0; i < Length; i++)
                target[(nint)i * _input.Shape[1] + _columns[i]] += gradient[i];
        }
    }
}
