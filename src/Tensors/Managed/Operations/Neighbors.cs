using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Kernels;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors;

public sealed unsafe partial class ManagedEngine
{
    /// <inheritdoc/>
    public override Tensor NormalizeRows(Tensor x, float epsilon = ShortestRow)
    {
        ManagedTensor input = Use(x);
        OperationShapes.RequireRank(input.Shape, 2, nameof(NormalizeRows));
        return new NormalizeRowsNode(this, input, epsilon);
    }

    /// <inheritdoc/>
    public override Tensor SquaredDistances(Tensor a, Tensor b)
    {
        (ManagedTensor x, ManagedTensor y) = (Use(a), Use(b));
        _ = OperationShapes.Distances(x.Shape, y.Shape, nameof(SquaredDistances));
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
        // 1 - cos is half the squared distance of rows with norm 1.
        return distance == NeighborDistance.Cosine
            ? new SoftNearestNeighborNode(this, Use(NormalizeRows(labelled)), rowLabels, 2 * temperature, areDirections: true)
            : new SoftNearestNeighborNode(this, Use(labelled), rowLabels, temperature, areDirections: false);
    }

    /// <summary>The mean of the rows.</summary>
    private float* MeanRow(ManagedTensor x)
    {
        (int rows, int columns) = (x.Shape[0], x.Shape[1]);
        float* mean = Allocate(columns);
        Reduction.SumAxis(x.Data, mean, 1, rows, columns, false, Threads);
        Elementwise.Map(new Scale(1f / rows, 0), mean, mean, columns, false, Threads);
        return mean;
    }

    /// <summary>
    /// x_i - origin, which frees distances by expansion from the rounding errors of large coordinates. The subtraction is exact
    /// if a coordinate is between half and twice that of the origin.
    /// </summary>
    private float* Moved(ManagedTensor x, float* origin)
    {
        float* moved = Allocate(x.Length);
        ParallelLoop.Run(new MoveLoop(x.Data, origin, moved, x.Shape[1]), x.Shape[0], RowsPerTask(x.Shape[1]), Threads);
        return moved;
    }

    private readonly struct MoveLoop(float* x, float* origin, float* y, int columns) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                RowKernels.Map<V, Subtract>(default, x + (nint)row * columns, origin, y + (nint)row * columns, columns, false);
        }
    }

    /// <summary>Σ x² of each row.</summary>
    private float* SquaredNorms(float* x, int rows, int columns)
    {
        float* norms = Allocate(rows);
        ParallelLoop.Run(new SquaredNormLoop(x, norms, columns), rows, RowsPerTask(columns), Threads);
        return norms;
    }

    private readonly struct SquaredNormLoop(float* x, float* norms, int columns) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                norms[row] = RowKernels.Dot<V>(x + (nint)row * columns, x + (nint)row * columns, columns);
        }
    }

    private sealed class NormalizeRowsNode : ManagedTensor
    {
        private readonly ManagedTensor _input;
        private readonly float* _factors;

        public NormalizeRowsNode(ManagedEngine engine, ManagedTensor input, float epsilon)
            : base(engine, input.Shape, engine.Records(input))
        {
            _input = input;
            _factors = engine.SquaredNorms(input.Data, Shape[0], Shape[1]);
            for (int i = 0; i < Shape[0]; i++)
            {
                float norm = MathF.Sqrt(_factors[i]);
                _factors[i] = norm <= epsilon ? 0 : 1 / norm;
            }
            ParallelLoop.Run(new ScaleRowsLoop(input.Data, _factors, Data, Shape[1]), Shape[0], RowsPerTask(Shape[1]), engine.Threads);
        }

        protected override void Backward(float* gradient)
        {
            float* target = _input.GradientTarget(out bool accumulate);
            var loop = new NormalizeGradientLoop(Data, _factors, gradient, target, Shape[1], accumulate);
            ParallelLoop.Run(loop, Shape[0], RowsPerTask(Shape[1]), Managed.Threads);
        }
    }

    private readonly struct ScaleRowsLoop(float* x, float* factors, float* y, int columns) : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                RowKernels.Scale<V>(x + (nint)row * columns, factors[row], y + (nint)row * columns, columns, false);
        }
    }

    /// <summary>dx = (g - y (y·g)) / |x|; 0 if the factor 1 / |x| is 0 because x has no direction.</summary>
    private readonly struct NormalizeGradientLoop(float* y, float* factors, float* gradient, float* target, int columns, bool accumulate)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * columns;
                float factor = factors[row];
                RowKernels.Scale<V>(gradient + at, factor, target + at, columns, accumulate);
                float dot = RowKernels.Dot<V>(y + at, gradient + at, columns);
                RowKernels.Scale<V>(y + at, -dot * factor, target + at, columns, true);
            }
        }
    }

    /// <summary>d_ij = |a_i|² + |b_j|² - 2 a_i·b_j, at least 0, with the mean of all b_j as the origin.</summary>
    private sealed class SquaredDistancesNode : ManagedTensor
    {
        private readonly ManagedTensor _a;
        private readonly ManagedTensor _b;
        private readonly float* _movedA;
        private readonly float* _movedB;

        public SquaredDistancesNode(ManagedEngine engine, ManagedTensor a, ManagedTensor b)
            : base(engine, new Shape(a.Shape[0], b.Shape[0]), engine.Records(a, b))
        {
            (_a, _b) = (a, b);
            // The origin depends only on b, so that a row of the result depends on only one row of a.
            float* origin = engine.MeanRow(b);
            _movedA = engine.Moved(a, origin);
            _movedB = engine.Moved(b, origin);
            engine.SquaredDistances(_movedA, _movedB, Data, Shape[0], Shape[1], a.Shape[1], 1);
        }

        protected override void Backward(float* gradient)
        {
            // With G = 2 gradient where d > 0: da_i = Σ_j G_ij (a_i - b_j), db_j = Σ_i G_ij (b_j - a_i).
            (int rowsA, int rowsB, int threads) = (Shape[0], Shape[1], Managed.Threads);
            Elementwise.Map(new DistanceGradient(), gradient, Data, gradient, Length, false, threads);
            if (_a.RequiresGradient)
            {
                float* sums = Managed.Allocate(rowsA);
                Reduction.SumAxis(gradient, sums, rowsA, rowsB, 1, false, threads);
                Spread(_a, _movedA, sums, gradient, rowsB, false, _movedB, rowsB);
            }
            if (_b.RequiresGradient)
            {
                float* sums = Managed.Allocate(rowsB);
                Reduction.SumAxis(gradient, sums, 1, rowsA, rowsB, false, threads);
                Spread(_b, _movedB, sums, gradient, rowsB, true, _movedA, rowsA);
            }
        }

        /// <summary>The gradient of x: sums_i x_i - Σ_j w_ij other_j, where <paramref name="weights"/> are -w.</summary>
        private void Spread(ManagedTensor x, float* moved, float* sums, float* weights, int stride, bool transpose, float* other, int depth)
        {
            (int rows, int columns) = (x.Shape[0], x.Shape[1]);
            float* target = x.GradientTarget(out bool accumulate);
            ParallelLoop.Run(new AddScaledRowsLoop(moved, sums, target, columns, accumulate), rows, RowsPerTask(columns), Managed.Threads);
            Managed.Multiply(weights, stride, transpose, other, columns, false, target, rows, columns, depth, true);
        }
    }

    /// <summary>scale |a_i - b_j|², for rows relative to a common origin.</summary>
    private void SquaredDistances(float* a, float* b, float* distances, int rowsA, int rowsB, int columns, float scale)
    {
        Multiply(a, columns, false, b, columns, true, distances, rowsA, rowsB, columns, false);
        float* normsA = SquaredNorms(a, rowsA, columns), normsB = a == b ? normsA : SquaredNorms(b, rowsB, columns);
        ParallelLoop.Run(new DistanceLoop(distances, a, b, normsA, normsB, rowsB, columns, scale), rowsA, RowsPerTask(rowsB), Threads);
    }

    /// <summary>-2 a if b, the distance, is positive; otherwise 0.</summary>
    private readonly struct DistanceGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : struct, ISimd<V> => V.Select(V.GreaterThan(b, V.Zero), a * V.Create(-2f), V.Zero);
    }

    /// <summary>
    /// An iteration is one row i: products_ij = max(0, norms_i + norms_j - 2 products_ij) scale. Where cancellation loses most
    /// digits, the distance is computed from the coordinates instead.
    /// </summary>
    private readonly struct DistanceLoop(float* products, float* a, float* b, float* normsA, float* normsB, int rowsB, int columns,
        float scale)
        : IParallelLoop
    {
        private const float Cancelled = 0.01f;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            float smallest = Cancelled * MathF.Abs(scale);
            for (int row = start; row < end; row++)
            {
                float* rowProducts = products + (nint)row * rowsB, point = a + (nint)row * columns;
                float norm = normsA[row];
                RowKernels.Map<V, Distance>(new Distance(norm, scale), rowProducts, normsB, rowProducts, rowsB, false);
                for (int j = 0; j < rowsB; j++)
                {
                    if (MathF.Abs(rowProducts[j]) < smallest * (norm + normsB[j]))
                        rowProducts[j] = scale * RowKernels.SquaredDistance<V>(point, b + (nint)j * columns, columns);
                }
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
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                RowKernels.Scale<V>(x + (nint)row * columns, -factors[row], y + (nint)row * columns, columns, accumulate);
        }
    }

    /// <summary>
    /// The soft nearest neighbour loss with squared distances. With p and q the softmax of -d_ij / T over all others and over those of the
    /// same label, the gradient of the loss with respect to d_ij is (q_ij - p_ij) / (N T) for each i that has a partner.
    /// </summary>
    private sealed class SoftNearestNeighborNode : ManagedTensor
    {
        private readonly ManagedTensor _h;
        private readonly float* _moved;
        private readonly float* _distanceGradient;

        /// <param name="engine">The engine.</param>
        /// <param name="h">The rows.</param>
        /// <param name="labels">The label of each row.</param>
        /// <param name="temperature">T.</param>
        /// <param name="areDirections">
        /// Whether rows have norm 1, or 0 if they have no direction. The squared distance of the latter from all others is 2.
        /// </param>
        public SoftNearestNeighborNode(ManagedEngine engine, ManagedTensor h, ReadOnlySpan<int> labels, float temperature,
            bool areDirections)
            : base(engine, Shape.Scalar, engine.Records(h))
        {
            _h = h;
            (int rows, int columns) = (h.Shape[0], h.Shape[1]);
            bool* fixedRows = areDirections ? WithoutDirection(engine, h) : null;
            float* closeness = engine.Allocate((long)rows * rows);
            _moved = engine.Moved(h, engine.MeanRow(h));
            engine.SquaredDistances(_moved, _moved, closeness, rows, rows, columns, -1 / temperature);
            if (fixedRows != null)
                SetPairs(closeness, fixedRows, rows, -2 / temperature);

            float* losses = engine.Allocate(rows);
            _distanceGradient = engine.Allocate((long)rows * rows);
            var loop = new NeighborLoop(closeness, _distanceGradient, losses, engine.CopyOf(labels), rows, 1 / (rows * temperature));
            ParallelLoop.Run(loop, rows, RowsPerTask(rows), engine.Threads);
            // A constant distance has no gradient.
            if (fixedRows != null)
                SetPairs(_distanceGradient, fixedRows, rows, 0);
            *Data = (float)(SumOf(losses, rows) / rows);
        }

        /// <summary>Which rows are 0; null if none is.</summary>
        private static bool* WithoutDirection(ManagedEngine engine, ManagedTensor h)
        {
            (int rows, int columns) = (h.Shape[0], h.Shape[1]);
            bool* result = null;
            for (int row = 0; row < rows; row++)
            {
                if (new ReadOnlySpan<float>(h.Data + (nint)row * columns, columns).ContainsAnyExcept(0f))
                    continue;
                if (result == null)
                {
                    result = (bool*)engine.Allocate(rows);
                    new Span<bool>(result, rows).Clear();
                }
                result[row] = true;
            }
            return result;
        }

        /// <summary>Sets all elements of the marked rows and columns.</summary>
        private static void SetPairs(float* square, bool* marked, int rows, float value)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < rows; j++)
                {
                    if (marked[i] || marked[j])
                        square[(nint)i * rows + j] = value;
                }
            }
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
            ParallelLoop.Run(new AddScaledRowsLoop(_moved, sums, target, columns, accumulate), rows, RowsPerTask(columns), threads);
            Managed.Multiply(symmetric, rows, false, _moved, columns, false, target, rows, columns, rows, true);
        }
    }

    /// <summary>An iteration is one row i: its loss, and (q_ij - p_ij) scale for all j. <paramref name="closeness"/> is -d / T.</summary>
    private readonly struct NeighborLoop(float* closeness, float* gradient, float* losses, int* labels, int rows, float scale)
        : IParallelLoop
    {
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
                RunRow<V>(row);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunRow<V>(int row) where V : struct, ISimd<V>
        {
            float* rowCloseness = closeness + (nint)row * rows;
            float* rowGradient = gradient + (nint)row * rows;
            int label = labels[row];
            float nearestPartner = float.NegativeInfinity;
            for (int j = 0; j < rows; j++)
            {
                if (j != row && labels[j] == label)
                    nearestPartner = MathF.Max(nearestPartner, rowCloseness[j]);
            }
            if (float.IsNegativeInfinity(nearestPartner))
            {
                losses[row] = 0;
                new Span<float>(rowGradient, rows).Clear();
                return;
            }

            rowCloseness[row] = float.NegativeInfinity;
            float logAll = RowKernels.LogSumExp<V>(rowCloseness, rowGradient, rows, out float sumAll);
            // Partners have their own sum, shifted by the nearest of them: they may all be much farther away than the nearest row with
            // another label.
            float sumPartners = 0;
            for (int j = 0; j < rows; j++)
            {
                if (labels[j] == label && j != row)
                    sumPartners += MathF.Exp(rowCloseness[j] - nearestPartner);
            }
            float logPartners = nearestPartner + MathF.Log(sumPartners);
            losses[row] = logAll - logPartners;
            RowKernels.Scale<V>(rowGradient, -scale / sumAll, rowGradient, rows, false);
            for (int j = 0; j < rows; j++)
            {
                if (labels[j] == label && j != row)
                    rowGradient[j] += scale / sumPartners * MathF.Exp(rowCloseness[j] - nearestPartner);
            }
        }
    }
}
