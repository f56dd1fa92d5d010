using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Kernels;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor NormalizeRows(Tensor x, float epsilon = 1e-12f)
    {
        ManagedTensor input = Use(x);
        CheckRank(input, 2, nameof(NormalizeRows));
        return new NormalizeRowsNode(this, input, epsilon);
    }

    /// <inheritdoc/>
    public override Tensor SquaredDistances(Tensor a, Tensor b)
    {
        (ManagedTensor x, ManagedTensor y) = (Use(a), Use(b));
        CheckRank(x, 2, nameof(SquaredDistances));
        CheckRank(y, 2, nameof(SquaredDistances));
        if (x.Shape[1] != y.Shape[1])
            throw new ArgumentException($"SquaredDistances: the rows of {x.Shape} and {y.Shape} differ in length.");
        return new SquaredDistancesNode(this, x, y);
    }

    /// <inheritdoc/>
    public override Tensor SoftNearestNeighbor(Tensor h, ReadOnlySpan<int> labels, float temperature, NeighborDistance distance)
    {
        CheckSoftNearestNeighbor(h, labels, temperature, distance);
        (int[] rows, int[] rowLabels) = Labelled(labels);
        if (rows.Length < 2)
            return Fill(Shape.Scalar, 0);
        Tensor labelled = rows.Length == labels.Length ? h : GatherRows(h, rows);
        // The distances then are those between the points themselves: 1 - cos is half the squared distance of rows of length 1.
        return distance == NeighborDistance.Cosine
            ? new SoftNearestNeighborNode(this, Use(NormalizeRows(labelled)), rowLabels, 2 * temperature)
            : new SoftNearestNeighborNode(this, Use(labelled), rowLabels, temperature);
    }

    /// <summary>Σ x² of each row.</summary>
    private float* SquaredNorms(ManagedTensor x)
    {
        float* norms = Allocate(x.Shape[0]);
        ParallelLoop.Run(new SquaredNormLoop(x.Data, norms, x.Shape[1]), x.Shape[0], RowsPerTask(x.Shape[1]), Threads);
        return norms;
    }

    private readonly struct SquaredNormLoop(float* x, float* norms, int columns) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _norms = norms;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                _norms[row] = RowKernels.Dot<V>(_x + (nint)row * columns, _x + (nint)row * columns, columns);
        }
    }

    private sealed class NormalizeRowsNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly float* _factors;
        private readonly float _epsilon;

        public NormalizeRowsNode(ManagedEngine engine, ManagedTensor input, float epsilon) : base(engine, input.Shape, engine.Records(input))
        {
            (_input, _epsilon) = (input, epsilon);
            _factors = engine.SquaredNorms(input);
            for (int i = 0; i < Shape[0]; i++)
                _factors[i] = 1 / MathF.Max(MathF.Sqrt(_factors[i]), epsilon);
            ParallelLoop.Run(new ScaleRowsLoop(input.Data, _factors, Data, Shape[1]), Shape[0], RowsPerTask(Shape[1]), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            var loop = new NormalizeGradientLoop(Data, _factors, gradient, target, Shape[1], 1 / _epsilon, accumulate);
            ParallelLoop.Run(loop, Shape[0], RowsPerTask(Shape[1]), Managed.Threads);
        }
    }

    private readonly struct ScaleRowsLoop(float* x, float* factors, float* y, int columns) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _factors = factors;
        private readonly float* _y = y;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                RowKernels.Scale<V>(_x + (nint)row * columns, _factors[row], _y + (nint)row * columns, columns, false);
        }
    }

    /// <summary>dx = (g - y (y·g)) / |x|; where the norm was too small to divide by, y is x / epsilon.</summary>
    private readonly struct NormalizeGradientLoop(float* y, float* factors, float* gradient, float* target, int columns, float greatestFactor,
        bool accumulate) : IParallelLoop
    {
        private readonly float* _y = y;
        private readonly float* _factors = factors;
        private readonly float* _gradient = gradient;
        private readonly float* _target = target;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * columns;
                float factor = _factors[row];
                RowKernels.Scale<V>(_gradient + at, factor, _target + at, columns, accumulate);
                if (factor >= greatestFactor)
                    continue;
                float dot = RowKernels.Dot<V>(_y + at, _gradient + at, columns);
                RowKernels.Scale<V>(_y + at, -dot * factor, _target + at, columns, true);
            }
        }
    }

    /// <summary>d_ij = |a_i|² + |b_j|² - 2 a_i·b_j, at least 0.</summary>
    private sealed class SquaredDistancesNode : ManagedTensor
    {
        private readonly ManagedTensor _a;
        private readonly ManagedTensor _b;

        public SquaredDistancesNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b)
            : base(engine, new Shape(a.Shape[0], b.Shape[0]), engine.Records(a, b))
        {
            (_a, _b) = (a, b);
            int columns = a.Shape[1];
            engine.Multiply(a.Data, columns, false, b.Data, columns, true, Data, Shape[0], Shape[1], columns, false);
            var loop = new DistanceLoop(Data, engine.SquaredNorms(a), engine.SquaredNorms(b), Shape[1], 1);
            ParallelLoop.Run(loop, Shape[0], RowsPerTask(Shape[1]), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            // With G = 2 gradient where d > 0: da_i = Σ_j G_ij (a_i - b_j), db_j = Σ_i G_ij (b_j - a_i).
            (int rowsA, int rowsB, int columns, int threads) = (Shape[0], Shape[1], _a.Shape[1], Managed.Threads);
            Elementwise.Map(new DistanceGradient(), gradient, Data, gradient, Length, false, threads);
            if (_a.RequiresGradient)
            {
                float* sums = Managed.Allocate(rowsA);
                Reduction.SumAxis(gradient, sums, rowsA, rowsB, 1, false, threads);
                Spread(_a, sums, gradient, rowsB, false, _b, rowsB, columns);
            }
            if (_b.RequiresGradient)
            {
                float* sums = Managed.Allocate(rowsB);
                Reduction.SumAxis(gradient, sums, 1, rowsA, rowsB, false, threads);
                Spread(_b, sums, gradient, rowsB, true, _a, rowsA, columns);
            }
        }

        /// <summary>The gradient of x: sums_i x_i - Σ_j w_ij other_j, where <paramref name="weights"/> are -w.</summary>
        private void Spread(ManagedTensor x, float* sums, float* weights, int stride, bool transpose, ManagedTensor other, int depth, int columns)
        {
            float* target = x.GradientTarget(out bool accumulate);
            ParallelLoop.Run(new AddScaledRowsLoop(x.Data, sums, target, columns, accumulate), x.Shape[0], RowsPerTask(columns), Managed.Threads);
            Managed.Multiply(weights, stride, transpose, other.Data, columns, false, target, x.Shape[0], columns, depth, true);
        }
    }

    /// <summary>-2 a where b, the distance, is positive.</summary>
    private readonly struct DistanceGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Select(V.GreaterThan(b, V.Zero), a * V.Create(-2f), V.Zero);
    }

    /// <summary>An iteration is one row i: products_ij = max(0, norms_i + norms_j - 2 products_ij) scale.</summary>
    private readonly struct DistanceLoop(float* products, float* rowNorms, float* columnNorms, int columns, float scale) : IParallelLoop
    {
        private readonly float* _products = products;
        private readonly float* _rowNorms = rowNorms;
        private readonly float* _columnNorms = columnNorms;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                float* products = _products + (nint)row * columns;
                RowKernels.Map<V, Distance>(new Distance(_rowNorms[row], scale), products, _columnNorms, products, columns, false);
            }
        }
    }

    private readonly struct Distance(float norm, float scale) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> =>
            V.Max(V.Zero, V.MultiplyAdd(a, V.Create(-2f), V.Create(norm) + b)) * V.Create(scale);
    }

    /// <summary>y_i = or += -factors_i x_i.</summary>
    private readonly struct AddScaledRowsLoop(float* x, float* factors, float* y, int columns, bool accumulate) : IParallelLoop
    {
        private readonly float* _x = x;
        private readonly float* _factors = factors;
        private readonly float* _y = y;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                RowKernels.Scale<V>(_x + (nint)row * columns, -_factors[row], _y + (nint)row * columns, columns, accumulate);
        }
    }

    /// <summary>
    /// The soft nearest neighbour loss with squared distances. With p and q the softmax of -d_ij / T over all others and over those of the same label,
    /// the gradient of the loss with respect to d_ij is (q_ij - p_ij) / (N T) for each i that has a partner.
    /// </summary>
    private sealed class SoftNearestNeighborNode : ManagedTensor
    {
        private readonly ManagedTensor _h;
        private readonly float* _distanceGradient;

        public SoftNearestNeighborNode(ManagedEngine engine, ManagedTensor h, ReadOnlySpan<int> labels, float temperature)
            : base(engine, Shape.Scalar, engine.Records(h))
        {
            _h = h;
            (int rows, int columns) = (h.Shape[0], h.Shape[1]);
            float* closeness = engine.Allocate((long)rows * rows);
            engine.Multiply(h.Data, columns, false, h.Data, columns, true, closeness, rows, rows, columns, false);
            float* norms = engine.SquaredNorms(h);
            ParallelLoop.Run(new DistanceLoop(closeness, norms, norms, rows, -1 / temperature), rows, RowsPerTask(rows), engine.Threads);

            float* losses = engine.Allocate(rows);
            _distanceGradient = engine.Allocate((long)rows * rows);
            var loop = new NeighborLoop(closeness, _distanceGradient, losses, engine.CopyOf(labels), rows, 1 / (rows * temperature));
            ParallelLoop.Run(loop, rows, RowsPerTask(rows), engine.Threads);
            *Data = (float)(SumOf(losses, rows) / rows);
        }

        protected override void Backward(float* gradient)
        {
            // With S = D + Dᵀ: dh_i = 2 Σ_j S_ij (h_i - h_j).
            (int rows, int columns, int threads) = (_h.Shape[0], _h.Shape[1], Managed.Threads);
            float* symmetric = Managed.Allocate((long)rows * rows);
            Elementwise.Map(new Scale(-2 * *gradient, 0), _distanceGradient, symmetric, rows * rows, false, threads);
            float* transposed = Managed.Allocate((long)rows * rows);
            Transposition.Run(symmetric, transposed, rows, rows, false, threads);
            Elementwise.Map(new Add(), symmetric, transposed, symmetric, rows * rows, false, threads);
            float* sums = Managed.Allocate(rows);
            Reduction.SumAxis(symmetric, sums, rows, rows, 1, false, threads);
            float* target = _h.GradientTarget(out bool accumulate);
            ParallelLoop.Run(new AddScaledRowsLoop(_h.Data, sums, target, columns, accumulate), rows, RowsPerTask(columns), threads);
            Managed.Multiply(symmetric, rows, false, _h.Data, columns, false, target, rows, columns, rows, true);
        }
    }

    /// <summary>An iteration is one row i: its loss, and (q_ij - p_ij) scale for all j. <paramref name="closeness"/> is -d / T.</summary>
    private readonly struct NeighborLoop(float* closeness, float* gradient, float* losses, int* labels, int rows, float scale) : IParallelLoop
    {
        private readonly float* _closeness = closeness;
        private readonly float* _gradient = gradient;
        private readonly float* _losses = losses;
        private readonly int* _labels = labels;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                RunRow<V>(row);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunRow<V>(int row) where V : struct, ISimd<V>
        {
            float* closeness = _closeness + (nint)row * rows;
            float* gradient = _gradient + (nint)row * rows;
            int label = _labels[row];
            float nearestPartner = float.NegativeInfinity;
            for (int j = 0; j < rows; j++)
            {
                if (j != row && _labels[j] == label)
                    nearestPartner = MathF.Max(nearestPartner, closeness[j]);
            }
            if (float.IsNegativeInfinity(nearestPartner))
            {
                _losses[row] = 0;
                new Span<float>(gradient, rows).Clear();
                return;
            }

            closeness[row] = float.NegativeInfinity;
            float logAll = RowKernels.LogSumExp<V>(closeness, gradient, rows, out float sumAll);
            // Partners get a sum of their own, shifted by the nearest of them: they may all lie far behind the nearest row of another label.
            float sumPartners = 0;
            for (int j = 0; j < rows; j++)
            {
                if (_labels[j] == label && j != row)
                    sumPartners += MathF.Exp(closeness[j] - nearestPartner);
            }
            float logPartners = nearestPartner + MathF.Log(sumPartners);
            _losses[row] = logAll - logPartners;
            RowKernels.Scale<V>(gradient, -scale / sumAll, gradient, rows, false);
            for (int j = 0; j < rows; j++)
            {
                if (_labels[j] == label && j != row)
                    gradient[j] += scale / sumPartners * MathF.Exp(closeness[j] - nearestPartner);
            }
        }
    }
}
