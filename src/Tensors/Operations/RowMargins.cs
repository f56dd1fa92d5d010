using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Kernels;
using Disentangle.ML.Tensors.Simd;

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
    /// With P = softmax and L = log-softmax of the rows, KL_rs = P_r·L_r - P_r·L_s. Where a pair's hinge is open the gradient with respect to KL_rs is
    /// -1; a_r is the number of open pairs (r, s), O the matrix of them.
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
            ParallelLoop.Run(new HingeLoop(_p, _logP, _open, losses, rows, columns, margin), rows, RowsPerTask(rows + columns), engine.Threads);
            *Data = (float)SumOf(losses, rows);
        }

        protected override void Backward(float* gradient)
        {
            (int rows, int columns, int threads) = (_weight.Shape[0], _weight.Shape[1], Managed.Threads);
            float* counts = Managed.Allocate(rows);
            Reduction.SumAxis(_open, counts, rows, rows, 1, false, threads);
            // O L and Oᵀ P: what the products P_r·L_s pass to P and to L.
            float* toP = Managed.Allocate(_weight.Length);
            float* toLogP = Managed.Allocate(_weight.Length);
            Managed.Multiply(_open, rows, false, _logP, columns, false, toP, rows, columns, rows, false);
            Managed.Multiply(_open, rows, true, _p, columns, false, toLogP, rows, columns, rows, false);
            float* target = _weight.GradientTarget(out bool accumulate);
            var loop = new RowMarginGradientLoop(_p, _logP, toP, toLogP, counts, target, columns, *gradient, accumulate);
            ParallelLoop.Run(loop, rows, RowsPerTask(columns), threads);
        }
    }

    /// <summary>An iteration is one row r: Σ_s max(0, m - KL_rs), and instead of the products P_r·L_s, 1 where the hinge is open.</summary>
    private readonly struct HingeLoop(float* p, float* logP, float* products, float* losses, int rows, int columns, float margin) : IParallelLoop
    {
        private readonly float* _p = p;
        private readonly float* _logP = logP;
        private readonly float* _products = products;
        private readonly float* _losses = losses;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int r = start; r < end; r++)
            {
                float negativeEntropy = RowKernels.Dot<V>(_p + (nint)r * columns, _logP + (nint)r * columns, columns);
                float* products = _products + (nint)r * rows;
                double loss = 0;
                for (int s = 0; s < rows; s++)
                {
                    float hinge = margin - (negativeEntropy - products[s]);
                    // Not "hinge > 0", which would let NaN pass for a closed pair.
                    bool isOpen = s != r && !(hinge <= 0);
                    loss += isOpen ? hinge : 0;
                    products[s] = isOpen ? 1 : 0;
                }
                _losses[r] = (float)loss;
            }
        }
    }

    /// <summary>
    /// An iteration is one row: dP = OL - a L, dL = OᵀP - a P, together g = dL + P dP, and through the log-softmax dW = g - P Σ g.
    /// </summary>
    private readonly struct RowMarginGradientLoop(
        float* p, float* logP, float* toP, float* toLogP, float* counts, float* target, int columns, float scale, bool accumulate) : IParallelLoop
    {
        private readonly float* _p = p;
        private readonly float* _logP = logP;
        private readonly float* _toP = toP;
        private readonly float* _toLogP = toLogP;
        private readonly float* _counts = counts;
        private readonly float* _target = target;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * columns;
                float* p = _p + at, toP = _toP + at, total = _toLogP + at, target = _target + at;
                float count = _counts[row];
                RowKernels.Scale<V>(_logP + at, -count, toP, columns, true);
                RowKernels.Map<V, Multiply>(default, p, toP, total, columns, true);
                RowKernels.Scale<V>(p, -count, total, columns, true);
                var sum = (float)Reduction.Sum<V>(total, columns);
                RowKernels.Scale<V>(total, scale, target, columns, accumulate);
                RowKernels.Scale<V>(p, -sum * scale, target, columns, true);
            }
        }
    }
}
