using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Memory;
using Disentangle.ML.Tensors.Simd;

namespace Disentangle.ML.Tensors.Kernels;

/// <summary>The sequences of a batch, longest first.</summary>
internal readonly unsafe struct SequenceOrder(int* sequence, int* length, int* offset, int count)
{
    /// <summary>The number of the i-th longest sequence.</summary>
    public int* Sequence { get; } = sequence;

    /// <summary>The length of the i-th longest sequence.</summary>
    public int* Length { get; } = length;

    /// <summary>The row of the first step of the i-th longest sequence.</summary>
    public int* Offset { get; } = offset;

    public int Count { get; } = count;
}

/// <summary>
/// The steps of a gated recurrent unit. Sequences do not meet: a thread takes some of about the same length through all of their steps, with one
/// small matrix product a step over those that are not yet over, and waits for nobody.
/// </summary>
internal static unsafe class GatedRecurrence
{
    [ThreadStatic]
    private static ThreadScratch? t_scratch;

    /// <summary>Sequences that a thread takes through their steps together: whole tiles, and work for all threads.</summary>
    public static int GroupSize(int sequences, int threads) => Math.Clamp((sequences / (2 * threads) + 7) / 8 * 8, 8, 64);

    /// <summary>All steps of some groups.</summary>
    /// <param name="order">The sequences.</param>
    /// <param name="groupSize">Sequences in a group.</param>
    /// <param name="hidden">Units.</param>
    /// <param name="gates">In: W_i x + b_i of each step. Out: r, z, n.</param>
    /// <param name="recurrent">Out, unless null: W_hn h + b_hn of each step.</param>
    /// <param name="packedWeight">The transpose of W_h, packed.</param>
    /// <param name="bias">b_h.</param>
    /// <param name="initial">The states before the first step, or null for zeros.</param>
    /// <param name="states">Out: the states after each step.</param>
    internal readonly struct ForwardLoop(
        SequenceOrder order, int groupSize, int hidden, float* gates, float* recurrent, float* packedWeight, float* bias, float* initial, float* states)
        : IParallelLoop
    {
        private readonly float* _gates = gates;
        private readonly float* _recurrent = recurrent;
        private readonly float* _packedWeight = packedWeight;
        private readonly float* _bias = bias;
        private readonly float* _initial = initial;
        private readonly float* _states = states;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int group = start; group < end; group++)
                RunGroup<V>(group * groupSize, Math.Min(groupSize, order.Count - group * groupSize));
        }

        private void RunGroup<V>(int first, int count) where V : struct, ISimd<V>
        {
            float* h = (t_scratch ??= new ThreadScratch()).Get((long)groupSize * 4 * hidden);
            float* products = h + (nint)groupSize * hidden;
            for (int i = 0; i < count; i++)
            {
                var target = new Span<float>(h + (nint)i * hidden, hidden);
                if (_initial == null)
                    target.Clear();
                else
                    new ReadOnlySpan<float>(_initial + (nint)order.Sequence[first + i] * hidden, hidden).CopyTo(target);
            }
            int active = count;
            for (int step = 0; step < order.Length[first]; step++)
            {
                while (order.Length[first + active - 1] <= step)
                    active--;
                Gemm.Run(new MatrixView(h, hidden), default, new MatrixView(products, 3 * hidden), active, 3 * hidden, hidden, false, 1, _bias,
                    packed: _packedWeight);
                for (int i = 0; i < active; i++)
                {
                    nint row = order.Offset[first + i] + step;
                    float* recurrentRow = _recurrent == null ? null : _recurrent + row * hidden;
                    StepRow<V>(_gates + row * 3 * hidden, products + (nint)i * 3 * hidden, h + (nint)i * hidden, recurrentRow);
                    new ReadOnlySpan<float>(h + (nint)i * hidden, hidden).CopyTo(new Span<float>(_states + row * hidden, hidden));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StepRow<V>(float* gates, float* products, float* h, float* recurrent) where V : struct, ISimd<V>
        {
            int j = 0;
            for (; j + V.Width <= hidden; j += V.Width)
                StepUnits<V>(gates + j, products + j, h + j, recurrent == null ? null : recurrent + j, hidden);
            for (; j < hidden; j++)
                StepUnits<Lanes1>(gates + j, products + j, h + j, recurrent == null ? null : recurrent + j, hidden);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StepUnits<V>(float* gates, float* products, float* h, float* recurrent, int units) where V : struct, ISimd<V>
        {
            V r = SimdMath.Sigmoid(V.Load(gates) + V.Load(products));
            V z = SimdMath.Sigmoid(V.Load(gates + units) + V.Load(products + units));
            V hn = V.Load(products + 2 * units);
            V n = SimdMath.Tanh(V.MultiplyAdd(r, hn, V.Load(gates + 2 * units)));
            V.Store(V.MultiplyAdd(z, V.Load(h) - n, n), h);
            if (recurrent == null)
                return;
            V.Store(r, gates);
            V.Store(z, gates + units);
            V.Store(n, gates + 2 * units);
            V.Store(hn, recurrent);
        }
    }

    /// <summary>The way back through all steps of some groups.</summary>
    /// <param name="order">The sequences.</param>
    /// <param name="groupSize">Sequences in a group.</param>
    /// <param name="hidden">Units.</param>
    /// <param name="gates">r, z, n of each step.</param>
    /// <param name="recurrent">W_hn h + b_hn of each step.</param>
    /// <param name="packedWeight">W_h [3 hidden x hidden], packed.</param>
    /// <param name="previous">The states before each step.</param>
    /// <param name="gradient">With respect to the states after each step.</param>
    /// <param name="gateGradient">Out: with respect to W_i x + b_i.</param>
    /// <param name="recurrentGradient">Out: with respect to W_hn h + b_hn.</param>
    /// <param name="initialGradient">Out, unless null: with respect to the states before the first step.</param>
    internal readonly struct BackwardLoop(
        SequenceOrder order, int groupSize, int hidden, float* gates, float* recurrent, float* packedWeight, float* previous, float* gradient,
        float* gateGradient, float* recurrentGradient, float* initialGradient) : IParallelLoop
    {
        private readonly float* _gates = gates;
        private readonly float* _recurrent = recurrent;
        private readonly float* _packedWeight = packedWeight;
        private readonly float* _previous = previous;
        private readonly float* _gradient = gradient;
        private readonly float* _gateGradient = gateGradient;
        private readonly float* _recurrentGradient = recurrentGradient;
        private readonly float* _initialGradient = initialGradient;

        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int group = start; group < end; group++)
                RunGroup<V>(group * groupSize, Math.Min(groupSize, order.Count - group * groupSize));
        }

        private void RunGroup<V>(int first, int count) where V : struct, ISimd<V>
        {
            float* carried = (t_scratch ??= new ThreadScratch()).Get((long)groupSize * 4 * hidden);
            float* products = carried + (nint)groupSize * hidden;
            new Span<float>(carried, count * hidden).Clear();
            int active = 0;
            for (int step = order.Length[first] - 1; step >= 0; step--)
            {
                while (active < count && order.Length[first + active] > step)
                    active++;
                for (int i = 0; i < active; i++)
                    StepRow<V>(order.Offset[first + i] + step, carried + (nint)i * hidden, products + (nint)i * 3 * hidden);
                Gemm.Run(new MatrixView(products, 3 * hidden), default, new MatrixView(carried, hidden), active, hidden, 3 * hidden, true, 1,
                    packed: _packedWeight);
            }
            if (_initialGradient == null)
                return;
            for (int i = 0; i < count; i++)
            {
                new ReadOnlySpan<float>(carried + (nint)i * hidden, hidden)
                    .CopyTo(new Span<float>(_initialGradient + (nint)order.Sequence[first + i] * hidden, hidden));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StepRow<V>(nint row, float* carried, float* products) where V : struct, ISimd<V>
        {
            int j = 0;
            for (; j + V.Width <= hidden; j += V.Width)
                StepUnits<V>(row * hidden, j, carried + j, products + j);
            for (; j < hidden; j++)
                StepUnits<Lanes1>(row * hidden, j, carried + j, products + j);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void StepUnits<V>(nint row, int unit, float* carried, float* products) where V : struct, ISimd<V>
        {
            int units = hidden;
            float* gates = _gates + 3 * row + unit;
            V one = V.Create(1f);
            V r = V.Load(gates), z = V.Load(gates + units), n = V.Load(gates + 2 * units);
            V hn = V.Load(_recurrent + row + unit), h = V.Load(_previous + row + unit);

            // h' = (1 - z) n + z h, and n = tanh(... + r hn).
            V dh = V.Load(_gradient + row + unit) + V.Load(carried);
            V dn = dh * (one - z) * (one - n * n);
            V dz = dh * (h - n) * (z * (one - z));
            V dr = dn * hn * (r * (one - r));
            V dhn = dn * r;

            float* gateGradient = _gateGradient + 3 * row + unit;
            V.Store(dr, gateGradient);
            V.Store(dz, gateGradient + units);
            V.Store(dn, gateGradient + 2 * units);
            V.Store(dhn, _recurrentGradient + row + unit);
            V.Store(dr, products);
            V.Store(dz, products + units);
            V.Store(dhn, products + 2 * units);
            V.Store(dh * z, carried);
        }
    }
}
