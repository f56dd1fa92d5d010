using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    private const int RowGrain = 8192;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor x)
    {
        ManagedTensor input = Use(x);
        return new SumNode(this, input, 1, input.Length, 1, Shape.Scalar);
    }

    /// <inheritdoc/>
    public override Tensor Sum(Tensor x, int axis, bool keepAxis = false)
    {
        ManagedTensor input = Use(x);
        axis = OperationShapes.Axis(input.Shape, axis, nameof(Sum));
        (int outer, int length, int inner) = Split(input.Shape, axis);
        return new SumNode(this, input, outer, length, inner, OperationShapes.Reduced(input.Shape, axis, keepAxis));
    }

    /// <inheritdoc/>
    public override Tensor Max(Tensor x, int axis, bool keepAxis = false)
    {
        ManagedTensor input = Use(x);
        Shape shape = OperationShapes.Max(input.Shape, axis, keepAxis);
        return new MaxNode(this, input, OperationShapes.Axis(input.Shape, axis, nameof(Max)), shape);
    }

    /// <inheritdoc/>
    public override Tensor LogSumExp(Tensor x, int axis, bool keepAxis = false)
    {
        ManagedTensor input = Use(x);
        axis = OperationShapes.Axis(input.Shape, axis, nameof(LogSumExp));
        return new LogSumExpNode(this, input, axis, OperationShapes.Reduced(input.Shape, axis, keepAxis));
    }

    /// <inheritdoc/>
    public override Tensor Softmax(Tensor x)
    {
        ManagedTensor input = Use(x);
        _ = OperationShapes.Axis(input.Shape, -1, nameof(Softmax));
        return new SoftmaxNode(this, input);
    }

    /// <inheritdoc/>
    public override Tensor LogSoftmax(Tensor x)
    {
        ManagedTensor input = Use(x);
        _ = OperationShapes.Axis(input.Shape, -1, nameof(LogSoftmax));
        return new LogSoftmaxNode(this, input);
    }

    private static int RowsPerTask(int length) => Math.Max(1, RowGrain / Math.Max(1, length));

    private sealed class SumNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int _outer, _length, _inner;

        public SumNode(ManagedEngine engine, ManagedTensor input, int outer, int length, int inner, Shape shape)
            : base(engine, shape, engine.Records(input))
        {
            (_input, _outer, _length, _inner) = (input, outer, length, inner);
            Reduction.SumAxis(input.Data, Data, outer, length, inner, false, engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            ParallelLoop.Run(new SpreadLoop(gradient, target, _length, _inner, accumulate), _outer * _length, RowsPerTask(_inner),
                Managed.Threads);
        }
    }

    /// <summary>y[o, j, i] = x[o, i], or +=. An iteration is one (o, j).</summary>
    private readonly struct SpreadLoop(float* x, float* y, int length, int inner, bool accumulate) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            if (inner == 1)
            {
                for (int row = start; row < end;)
                {
                    int slice = row / length;
                    int count = Math.Min(end, (slice + 1) * length) - row;
                    if (accumulate)
                        RowKernels.AddConstant<V>(x[slice], y + row, count);
                    else
                        new Span<float>(y + row, count).Fill(x[slice]);
                    row += count;
                }
                return;
            }
            for (int row = start; row < end; row++)
                RowKernels.Scale<V>(x + (nint)(row / length) * inner, 1, y + (nint)row * inner, inner, accumulate);
        }
    }

    private sealed class MaxNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int _axis;
        private readonly int* _winners;

        public MaxNode(ManagedEngine engine, ManagedTensor input, int axis, Shape shape) : base(engine, shape, engine.Records(input))
        {
            (_input, _axis) = (input, axis);
            _winners = (int*)engine.Allocate(shape.Length);
            (int outer, int length, int inner) = Split(input.Shape, axis);
            ParallelLoop.Run(new MaxLoop(input.Data, Data, _winners, length, inner), outer, RowsPerTask(length * inner), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            if (!accumulate)
                new Span<float>(target, _input.Length).Clear();
            (int outer, int length, int inner) = Split(_input.Shape, _axis);
            for (int o = 0; o < outer; o++)
            {
                for (int i = 0; i < inner; i++)
                    target[((nint)o * length + _winners[o * inner + i]) * inner + i] += gradient[o * inner + i];
            }
        }
    }

    /// <summary>An iteration is one slice [length x inner].</summary>
    private readonly struct MaxLoop(float* x, float* y, int* winners, int length, int inner) : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int slice = start; slice < end; slice++)
            {
                float* sliceX = x + (nint)slice * length * inner;
                float* sliceY = y + (nint)slice * inner;
                int* sliceWinners = winners + (nint)slice * inner;
                for (int i = 0; i < inner; i++)
                    (sliceY[i], sliceWinners[i]) = (sliceX[i], 0);
                for (int j = 1; j < length; j++)
                {
                    sliceX += inner;
                    for (int i = 0; i < inner; i++)
                    {
                        // NaN is the maximum.
                        if (sliceX[i] > sliceY[i] || (float.IsNaN(sliceX[i]) && !float.IsNaN(sliceY[i])))
                            (sliceY[i], sliceWinners[i]) = (sliceX[i], j);
                    }
                }
            }
        }
    }

    private sealed class LogSumExpNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly int _axis;

        public LogSumExpNode(ManagedEngine engine, ManagedTensor input, int axis, Shape shape) : base(engine, shape, engine.Records(input))
        {
            (_input, _axis) = (input, axis);
            (int outer, int length, int inner) = Split(input.Shape, axis);
            float* rows = input.Data;
            if (inner > 1)
            {
                rows = engine.Allocate(input.Length);
                for (int o = 0; o < outer; o++)
                    Transposition.Run(input.Data + (nint)o * length * inner, rows + (nint)o * length * inner, length, inner, false,
                        engine.Threads);
            }
            ParallelLoop.Run(new LogSumExpLoop(rows, Data, length), outer * inner, RowsPerTask(length), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            (int outer, int length, int inner) = Split(_input.Shape, _axis);
            float* target = _input.GradientTarget(out bool accumulate);
            var loop = new LogSumExpGradientLoop(_input.Data, Data, gradient, target, length, inner, accumulate);
            int runs = inner == 1 ? outer : outer * length;
            ParallelLoop.Run(loop, runs, RowsPerTask(inner == 1 ? length : inner), Managed.Threads);
        }
    }

    private readonly struct LogSumExpLoop(float* x, float* y, int length) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                y[row] = RowKernels.LogSumExp<V>(x + (nint)row * length, null, length, out _);
        }
    }

    /// <summary>An iteration is a contiguous run of x: one (o, j), or all j of one o if there are no inner axes.</summary>
    private readonly struct LogSumExpGradientLoop(float* x, float* y, float* gradient, float* target, int length, int inner,
        bool accumulate) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int run = start; run < end; run++)
            {
                if (inner == 1)
                    RunSpread<V>(x + (nint)run * length, y[run], gradient[run], target + (nint)run * length);
                else
                    RunAlong<V>(x + (nint)run * inner, run / length, target + (nint)run * inner);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunSpread<V>(float* rowX, float rowY, float rowGradient, float* rowTarget) where V : struct, ISimd<V>
        {
            (V shift, V factor) = (V.Create(rowY), V.Create(rowGradient));
            int i = 0;
            for (; i + V.Width <= length; i += V.Width)
            {
                V value = Share(V.Load(rowX + i), shift, factor);
                V.Store(accumulate ? V.Load(rowTarget + i) + value : value, rowTarget + i);
            }
            if (i < length)
            {
                V value = Share(V.LoadFirst(rowX + i, length - i), shift, factor);
                V.StoreFirst(accumulate ? V.LoadFirst(rowTarget + i, length - i) + value : value, rowTarget + i, length - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunAlong<V>(float* rowX, int slice, float* rowTarget) where V : struct, ISimd<V>
        {
            float* rowY = y + (nint)slice * inner, rowGradient = gradient + (nint)slice * inner;
            int i = 0;
            for (; i + V.Width <= inner; i += V.Width)
            {
                V value = Share(V.Load(rowX + i), V.Load(rowY + i), V.Load(rowGradient + i));
                V.Store(accumulate ? V.Load(rowTarget + i) + value : value, rowTarget + i);
            }
            if (i < inner)
            {
                int rest = inner - i;
                V value = Share(V.LoadFirst(rowX + i, rest), V.LoadFirst(rowY + i, rest), V.LoadFirst(rowGradient + i, rest));
                V.StoreFirst(accumulate ? V.LoadFirst(rowTarget + i, rest) + value : value, rowTarget + i, rest);
            }
        }

        /// <summary>rowGradient e^(rowX - rowY), 0 where rowY is -inf because all rowX are.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Share<V>(V rowX, V rowY, V rowGradient) where V : struct, ISimd<V> =>
            V.Select(V.Equal(rowY, V.Create(float.NegativeInfinity)), V.Zero, SimdMath.Exp(rowX - rowY) * rowGradient);
    }

    private sealed class SoftmaxNode : ManagedTensor
    {
        private readonly ManagedTensor _input;

        public SoftmaxNode(ManagedEngine engine, ManagedTensor input) : base(engine, input.Shape, engine.Records(input))
        {
            _input = input;
            int length = Shape[-1];
            if (Length > 0)
                ParallelLoop.Run(new SoftmaxLoop(input.Data, Data, length), Length / length, RowsPerTask(length), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            int length = Shape[-1];
            float* target = _input.GradientTarget(out bool accumulate);
            if (Length > 0)
                ParallelLoop.Run(new SoftmaxGradientLoop(Data, gradient, target, length, accumulate), Length / length, RowsPerTask(length),
                    Managed.Threads);
        }
    }

    private readonly struct SoftmaxLoop(float* x, float* y, int length) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                float* rowY = y + (nint)row * length;
                RowKernels.LogSumExp<V>(x + (nint)row * length, rowY, length, out float sum);
                RowKernels.Scale<V>(rowY, 1 / sum, rowY, length, false);
            }
        }
    }

    /// <summary>An iteration is one row: dx = y (g - Σ g y).</summary>
    private readonly struct SoftmaxGradientLoop(float* y, float* gradient, float* target, int length, bool accumulate) : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * length;
                float dot = RowKernels.Dot<V>(y + at, gradient + at, length);
                RowKernels.Map<V, SoftmaxGradient>(new SoftmaxGradient(dot), y + at, gradient + at, target + at, length, accumulate);
            }
        }
    }

    private readonly struct SoftmaxGradient(float dot) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> => a * (b - V.Create(dot));
    }

    private sealed class LogSoftmaxNode : ManagedTensor
    {
        private readonly ManagedTensor _input;

        public LogSoftmaxNode(ManagedEngine engine, ManagedTensor input) : base(engine, input.Shape, engine.Records(input))
        {
            _input = input;
            int length = Shape[-1];
            if (Length > 0)
                ParallelLoop.Run(new LogSoftmaxLoop(input.Data, Data, length), Length / length, RowsPerTask(length), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            int length = Shape[-1];
            float* target = _input.GradientTarget(out bool accumulate);
            if (Length > 0)
                ParallelLoop.Run(new LogSoftmaxGradientLoop(Data, gradient, target, length, accumulate), Length / length,
                    RowsPerTask(length), Managed.Threads);
        }
    }

    private readonly struct LogSoftmaxLoop(float* x, float* y, int length) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * length;
                float logSum = RowKernels.LogSumExp<V>(x + at, null, length, out _);
                RowKernels.Scale<V>(x + at, 1, y + at, length, false);
                RowKernels.AddConstant<V>(-logSum, y + at, length);
            }
        }
    }

    /// <summary>An iteration is one row: dx = g - e^y Σ g.</summary>
    private readonly struct LogSoftmaxGradientLoop(float* y, float* gradient, float* target, int length, bool accumulate) : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * length;
                var sum = (float)Reduction.Sum<V>(gradient + at, length);
                RowKernels.Map<V, LogSoftmaxGradient>(new LogSoftmaxGradient(sum), y + at, gradient + at, target + at, length, accumulate);
            }
        }
    }

    private readonly struct LogSoftmaxGradient(float sum) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> => b - SimdMath.Exp(a) * V.Create(sum);
    }
}
