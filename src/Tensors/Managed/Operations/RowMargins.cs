using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor RowMargin(Tensor weight, float margin)
    {
        ManagedTensor input = Use(weight);
        OperationShapes.RequireRank(input.Shape, 2, nameof(RowMargin));
        return new RowMarginNode(this, input, margin);
    }

    /// <summary>
    /// With P = softmax and L = log-softmax of the rows, KL_rs = P_r·L_r - P_r·L_s. If the hinge of a pair is open, the gradient of the
    /// loss with respect to KL_rs is -1. O is the matrix of open pairs, and a_r the number of open pairs (r, s).
    /// </summary>
    private sealed class RowMarginNode : ManagedTensor
    {
        private readonly ManagedTensor _weight;
        private readonly float* _p;
        private readonly float* _logP;
        private readonly float* _open;

        public RowMarginNode(ManagedEngine engine, ManagedTensor weight, float margin) : base(engine, Shape.Scalar, engine.Records(weight))
        {
            _weight = weight;
            (int rows, int columns) = (weight.Shape[0], weight.Shape[1]);
            _p = engine.Allocate(weight.Length);
            _logP = engine.Allocate(weight.Length);
            ParallelLoop.Run(new LogSoftmaxLoop(weight.Data, _logP, columns), rows, RowsPerTask(columns), engine.Threads);
            Elementwise.Map(new Exp(), _logP, _p, weight.Length, false, engine.Threads);

            _open = engine.Allocate((long)rows * rows);
            engine.Multiply(_p, columns, false, _logP, columns, true, _open, rows, rows, columns, false);
            float* losses = engine.Allocate(rows);
            ParallelLoop.Run(new HingeLoop(_p, _logP, _open, losses, rows, columns, margin), rows, RowsPerTask(rows + columns),
                engine.Threads);
            *Data = (float)SumOf(losses, rows);
        }

        protected override void Backward(float* gradient)
        {
            (int rows, int columns, int threads) = (_weight.Shape[0], _weight.Shape[1], Managed.Threads);
            float* counts = Managed.Allocate(rows);
            Reduction.SumAxis(_open, counts, rows, rows, 1, false, threads);
            // O L and Oᵀ P, the gradients of P and L through the products P_r·L_s.
            float* toP = Managed.Allocate(_weight.Length);
            float* toLogP = Managed.Allocate(_weight.Length);
            Managed.Multiply(_open, rows, false, _logP, columns, false, toP, rows, columns, rows, false);
            Managed.Multiply(_open, rows, true, _p, columns, false, toLogP, rows, columns, rows, false);
            float* target = _weight.GradientTarget(out bool accumulate);
            var loop = new RowMarginGradientLoop(_p, _logP, toP, toLogP, counts, target, columns, *gradient, accumulate);
            ParallelLoop.Run(loop, rows, RowsPerTask(columns), threads);
        }
    }

    /// <summary>
    /// An iteration is one row r: Σ_s max(0, m - KL_rs). Replaces the products P_r·L_s by 1 if the hinge is open, otherwise by 0.
    /// </summary>
    private readonly struct HingeLoop(float* p, float* logP, float* products, float* losses, int rows, int columns, float margin)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int r = start; r < end; r++)
            {
                float negativeEntropy = RowKernels.Dot<V>(p + (nint)r * columns, logP + (nint)r * columns, columns);
                float* rowProducts = products + (nint)r * rows;
                double loss = 0;
                for (int s = 0; s < rows; s++)
                {
                    float hinge = margin - (negativeEntropy - rowProducts[s]);
                    // Not "hinge > 0", which would treat NaN as a closed pair.
                    bool isOpen = s != r && !(hinge <= 0);
                    loss += isOpen ? hinge : 0;
                    rowProducts[s] = isOpen ? 1 : 0;
                }
                losses[r] = (float)loss;
            }
        }
    }

    /// <summary>
    /// An iteration is one row: dP = OL - a L, dL = OᵀP - a P, g = dL + P dP and, through the log-softmax, dW = g - P Σ g.
    /// </summary>
    private readonly struct RowMarginGradientLoop(
        float* p, float* logP, float* toP, float* toLogP, float* counts, float* target, int columns, float scale,
        bool accumulate) : IParallelLoop
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * columns;
                float* rowP = p + at, rowToP = toP + at, total = toLogP + at, rowTarget = target + at;
                float count = counts[row];
                RowKernels.Scale<V>(logP + at, -count, rowToP, columns, true);
                RowKernels.Map<V, Multiply>(default, rowP, rowToP, total, columns, true);
                RowKernels.Scale<V>(rowP, -count, total, columns, true);
                var sum = (float)Reduction.Sum<V>(total, columns);
                RowKernels.Scale<V>(total, scale, rowTarget, columns, accumulate);
                RowKernels.Scale<V>(rowP, -sum * scale, rowTarget, columns, true);
            }
        }
    }
}
