using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor SoftmaxCrossEntropy(Tensor logits, ReadOnlySpan<int> labels)
    {
        ManagedTensor input = Use(logits);
        OperationShapes.SoftmaxCrossEntropy(input.Shape, labels);
        return new SoftmaxCrossEntropyNode(this, input, labels);
    }

    /// <inheritdoc/>
    public override Tensor BinaryCrossEntropyWithLogits(Tensor logits, ReadOnlySpan<float> targets)
    {
        ManagedTensor input = Use(logits);
        OperationShapes.RequireCount(targets.Length, input.Length, input.Shape, nameof(BinaryCrossEntropyWithLogits));
        return new BinaryCrossEntropyNode(this, input, targets);
    }

    /// <inheritdoc/>
    public override Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor targets)
    {
        ManagedTensor values = Use(targets);
        return BinaryCrossEntropyWithLogits(logits, new ReadOnlySpan<float>(values.Data, values.Length));
    }

    private static double SumOf(float* values, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++)
            sum += values[i];
        return sum;
    }

    private sealed class SoftmaxCrossEntropyNode : ManagedTensor
    {
        private readonly ManagedTensor _logits;
        private readonly int* _labels;
        private readonly float* _probabilities;
        private readonly int _labelled;

        public SoftmaxCrossEntropyNode(ManagedEngine engine, ManagedTensor logits, ReadOnlySpan<int> labels)
            : base(engine, Shape.Scalar, engine.Records(logits))
        {
            _logits = logits;
            _labels = engine.CopyOf(labels);
            (int rows, int classes) = (logits.Shape[0], logits.Shape[1]);
            foreach (int label in labels)
                _labelled += label >= 0 ? 1 : 0;
            _probabilities = engine.Allocate(logits.Length);
            float* losses = engine.Allocate(rows);
            ParallelLoop.Run(new CrossEntropyLoop(logits.Data, _labels, _probabilities, losses, classes), rows, RowsPerTask(classes),
                engine.Threads);
            *Data = _labelled == 0 ? 0 : (float)(SumOf(losses, rows) / _labelled);
        }

        protected override void Backward(float* gradient)
        {
            (int rows, int classes) = (_logits.Shape[0], _logits.Shape[1]);
            float* target = _logits.GradientTarget(out bool accumulate);
            float scale = _labelled == 0 ? 0 : *gradient / _labelled;
            var loop = new CrossEntropyGradientLoop(_labels, _probabilities, target, classes, scale, accumulate);
            ParallelLoop.Run(loop, rows, RowsPerTask(classes), Managed.Threads);
        }
    }

    private readonly struct CrossEntropyLoop(float* logits, int* labels, float* probabilities, float* losses, int classes) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                if (labels[row] < 0)
                {
                    losses[row] = 0;
                    continue;
                }
                float* rowLogits = logits + (nint)row * classes;
                float* rowProbabilities = probabilities + (nint)row * classes;
                float logSum = RowKernels.LogSumExp<V>(rowLogits, rowProbabilities, classes, out float sum);
                RowKernels.Scale<V>(rowProbabilities, 1 / sum, rowProbabilities, classes, false);
                losses[row] = logSum - rowLogits[labels[row]];
            }
        }
    }

    /// <summary>dz = scale (softmax(z) - onehot(label)), 0 without a label.</summary>
    private readonly struct CrossEntropyGradientLoop(int* labels, float* probabilities, float* target, int classes, float scale,
        bool accumulate)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                float* rowTarget = target + (nint)row * classes;
                if (labels[row] < 0)
                {
                    if (!accumulate)
                        new Span<float>(rowTarget, classes).Clear();
                    continue;
                }
                RowKernels.Scale<V>(probabilities + (nint)row * classes, scale, rowTarget, classes, accumulate);
                rowTarget[labels[row]] -= scale;
            }
        }
    }

    private sealed class BinaryCrossEntropyNode : ManagedTensor
    {
        private readonly ManagedTensor _logits;
        private readonly float* _targets;
        private readonly int _count;

        public BinaryCrossEntropyNode(ManagedEngine engine, ManagedTensor logits, ReadOnlySpan<float> targets)
            : base(engine, Shape.Scalar, engine.Records(logits))
        {
            _logits = logits;
            _targets = engine.Allocate(targets.Length);
            var copy = new Span<float>(_targets, targets.Length);
            targets.CopyTo(copy);
            foreach (float target in copy)
                _count += float.IsNaN(target) ? 0 : 1;
            float* losses = engine.Allocate(logits.Length);
            Elementwise.Map(new BinaryCrossEntropy(), logits.Data, _targets, losses, logits.Length, false, engine.Threads);
            Reduction.SumAxis(losses, Data, 1, logits.Length, 1, false, engine.Threads);
            *Data = _count == 0 ? 0 : *Data / _count;
        }

        protected override void Backward(float* gradient)
        {
            float* target = _logits.GradientTarget(out bool accumulate);
            float scale = _count == 0 ? 0 : *gradient / _count;
            Elementwise.Map(new BinaryCrossEntropyGradient(scale), _logits.Data, _targets, target, _logits.Length, accumulate,
                Managed.Threads);
        }
    }

    /// <summary>softplus(z) - t z, 0 where t is NaN.</summary>
    private readonly struct BinaryCrossEntropy : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Select(V.Equal(b, b), SimdMath.Softplus(a) - a * b, V.Zero);
    }

    /// <summary>scale (sigmoid(z) - t), 0 where t is NaN.</summary>
    private readonly struct BinaryCrossEntropyGradient(float scale) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> =>
            V.Select(V.Equal(b, b), V.Create(scale) * (SimdMath.Sigmoid(a) - b), V.Zero);
    }
}
