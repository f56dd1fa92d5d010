using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Kernels;
using Disentangle.ML.Tensors.Simd;

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

        public SumNode(ManagedEngine engine, ManagedTensor input, int outer, int length, int inner, Shape shape) : base(engine, shape, engine.Records(input))
        {
            (_input, _outer, _length, _inner) = (input, outer, length, inner);
            Reduction.SumAxis(input.Data, Data, outer, length, inner, false, engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            ParallelLoop.Run(new SpreadLoop(gradient, target, _length, _inner, accumulate), _outer * _length, RowsPerTask(_inner), Managed.Threads);
        }
    }

    /// <summary>y[o, j, i] = or += x[o, i]; an iteration is one (o, j).</summary>
    private readonly struct SpreadLoop(float* x, float* y, int length, int inner, bool accumulate) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int _length = length;
        private readonly int _inner = inner;
        private readonly bool _accumulate = accumulate;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            if (_inner == 1)
            {
                for (int row = start; row < end;)
                {
                    int slice = row / _length;
                    int count = Math.Min(end, (slice + 1) * _length) - row;
                    if (_accumulate)
                        RowKernels.AddConstant<V>(_x[slice], _y + row, count);
                    else
                        new Span<float>(_y + row, count).Fill(_x[slice]);
                    row += count;
                }
                return;
            }
            for (int row = start; row < end; row++)
                RowKernels.Scale<V>(_x + (nint)(row / _length) * _inner, 1, _y + (nint)row * _inner, _inner, _accumulate);
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
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int* _winners = winners;
        private readonly int _length = length;
        private readonly int _inner = inner;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int slice = start; slice < end; slice++)
            {
                float* x = _x + (nint)slice * _length * _inner;
                float* y = _y + (nint)slice * _inner;
                int* winners = _winners + (nint)slice * _inner;
                for (int i = 0; i < _inner; i++)
                    (y[i], winners[i]) = (x[i], 0);
                for (int j = 1; j < _length; j++)
                {
                    x += _inner;
                    for (int i = 0; i < _inner; i++)
                    {
                        // NaN wins, and stays.
                        if (x[i] > y[i] || (float.IsNaN(x[i]) && !float.IsNaN(y[i])))
                            (y[i], winners[i]) = (x[i], j);
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
                    Transposition.Run(input.Data + (nint)o * length * inner, rows + (nint)o * length * inner, length, inner, false, engine.Threads);
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
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int _length = length;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                _y[row] = RowKernels.LogSumExp<V>(_x + (nint)row * _length, null, _length, out _);
        }
    }

    /// <summary>An iteration is a run of neighbours of x: one (o, j), or all j of one o where there are no inner axes.</summary>
    private readonly struct LogSumExpGradientLoop(float* x, float* y, float* gradient, float* target, int length, int inner, bool accumulate) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly float* _gradient = gradient;
        private readonly float* _target = target;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int run = start; run < end; run++)
            {
                if (inner == 1)
                    RunSpread<V>(_x + (nint)run * length, _y[run], _gradient[run], _target + (nint)run * length);
                else
                    RunAlong<V>(_x + (nint)run * inner, run / length, _target + (nint)run * inner);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunSpread<V>(float* x, float y, float gradient, float* target) where V : struct, ISimd<V>
        {
            (V shift, V factor) = (V.Create(y), V.Create(gradient));
            int i = 0;
            for (; i + V.Width <= length; i += V.Width)
            {
                V value = Share(V.Load(x + i), shift, factor);
                V.Store(accumulate ? V.Load(target + i) + value : value, target + i);
            }
            if (i < length)
            {
                V value = Share(V.LoadFirst(x + i, length - i), shift, factor);
                V.StoreFirst(accumulate ? V.LoadFirst(target + i, length - i) + value : value, target + i, length - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunAlong<V>(float* x, int slice, float* target) where V : struct, ISimd<V>
        {
            float* y = _y + (nint)slice * inner, gradient = _gradient + (nint)slice * inner;
            int i = 0;
            for (; i + V.Width <= inner; i += V.Width)
            {
                V value = Share(V.Load(x + i), V.Load(y + i), V.Load(gradient + i));
                V.Store(accumulate ? V.Load(target + i) + value : value, target + i);
            }
            if (i < inner)
            {
                int rest = inner - i;
                V value = Share(V.LoadFirst(x + i, rest), V.LoadFirst(y + i, rest), V.LoadFirst(gradient + i, rest));
                V.StoreFirst(accumulate ? V.LoadFirst(target + i, rest) + value : value, target + i, rest);
            }
        }

        /// <summary>gradient e^(x - y), 0 where y is -inf because all x are.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Share<V>(V x, V y, V gradient) where V : struct, ISimd<V> =>
            V.Select(V.Equal(y, V.Create(float.NegativeInfinity)), V.Zero, SimdMath.Exp(x - y) * gradient);
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
                ParallelLoop.Run(new SoftmaxGradientLoop(Data, gradient, target, length, accumulate), Length / length, RowsPerTask(length), Managed.Threads);
        }
    }

    private readonly struct SoftmaxLoop(float* x, float* y, int length) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int _length = length;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                float* y = _y + (nint)row * _length;
                RowKernels.LogSumExp<V>(_x + (nint)row * _length, y, _length, out float sum);
                RowKernels.Scale<V>(y, 1 / sum, y, _length, false);
            }
        }
    }

    /// <summary>An iteration is one row: dx = y (g - Σ g y).</summary>
    private readonly struct SoftmaxGradientLoop(float* y, float* gradient, float* target, int length, bool accumulate) : IParallelLoop
    {
        private readonly float* _y = y;
        private readonly float* _gradient = gradient;
        private readonly float* _target = target;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * length;
                float dot = RowKernels.Dot<V>(_y + at, _gradient + at, length);
                RowKernels.Map<V, SoftmaxGradient>(new SoftmaxGradient(dot), _y + at, _gradient + at, _target + at, length, accumulate);
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
                ParallelLoop.Run(new LogSoftmaxGradientLoop(Data, gradient, target, length, accumulate), Length / length, RowsPerTask(length), Managed.Threads);
        }
    }

    private readonly struct LogSoftmaxLoop(float* x, float* y, int length) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly int _length = length;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * _length;
                float logSum = RowKernels.LogSumExp<V>(_x + at, null, _length, out _);
                RowKernels.Scale<V>(_x + at, 1, _y + at, _length, false);
                RowKernels.AddConstant<V>(-logSum, _y + at, _length);
            }
        }
    }

    /// <summary>An iteration is one row: dx = g - e^y Σ g.</summary>
    private readonly struct LogSoftmaxGradientLoop(float* y, float* gradient, float* target, int length, bool accumulate) : IParallelLoop
    {
        private readonly float* _y = y;
        private readonly float* _gradient = gradient;
        private readonly float* _target = target;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * length;
                var sum = (float)Reduction.Sum<V>(_gradient + at, length);
                RowKernels.Map<V, LogSoftmaxGradient>(new LogSoftmaxGradient(sum), _y + at, _gradient + at, _target + at, length, accumulate);
            }
        }
    }

    private readonly struct LogSoftmaxGradient(float sum) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> => b - SimdMath.Exp(a) * V.Create(sum);
    }
}
