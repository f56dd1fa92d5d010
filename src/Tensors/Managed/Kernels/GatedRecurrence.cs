using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// The steps of a gated recurrent unit. Sequences are independent: a thread runs a group of sequences of similar length through all steps,
/// with one small matrix product per step over those that have not ended, and never waits for another thread.
/// </summary>
internal static unsafe class GatedRecurrence
{
    [ThreadStatic]
    private static ThreadScratch? t_scratch;

    /// <summary>
    /// The number of sequences that a thread processes together: enough for whole tiles, and few enough to give all threads work.
    /// </summary>
    public static int GroupSize(int sequences, int threads) => Math.Clamp((sequences / (2 * threads) + 7) / 8 * 8, 8, 64);

    /// <summary>Runs all steps of groups of sequences.</summary>
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
        SequenceOrder order, int groupSize, int hidden, float* gates, float* recurrent, float* packedWeight, float* bias, float* initial,
        float* states)
        : IParallelLoop
    {
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
                if (initial == null)
                    target.Clear();
                else
                    new ReadOnlySpan<float>(initial + (nint)order.Sequence[first + i] * hidden, hidden).CopyTo(target);
            }
            int active = count;
            for (int step = 0; step < order.Length[first]; step++)
            {
                while (order.Length[first + active - 1] <= step)
                    active--;
                Gemm.Run(new MatrixView(h, hidden), default, new MatrixView(products, 3 * hidden), active, 3 * hidden, hidden, false, 1,
                    bias, packed: packedWeight);
                for (int i = 0; i < active; i++)
                {
                    nint row = order.Offset[first + i] + step;
                    float* recurrentRow = recurrent == null ? null : recurrent + row * hidden;
                    StepRow<V>(gates + row * 3 * hidden, products + (nint)i * 3 * hidden, h + (nint)i * hidden, recurrentRow);
                    new ReadOnlySpan<float>(h + (nint)i * hidden, hidden).CopyTo(new Span<float>(states + row * hidden, hidden));
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StepRow<V>(float* stepGates, float* products, float* h, float* stepRecurrent) where V : struct, ISimd<V>
        {
            int j = 0;
            for (; j + V.Width <= hidden; j += V.Width)
                StepUnits<V>(stepGates + j, products + j, h + j, stepRecurrent == null ? null : stepRecurrent + j, hidden);
            for (; j < hidden; j++)
                StepUnits<Lanes1>(stepGates + j, products + j, h + j, stepRecurrent == null ? null : stepRecurrent + j, hidden);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StepUnits<V>(float* stepGates, float* products, float* h, float* stepRecurrent, int units)
            where V : struct, ISimd<V>
        {
            V r = SimdMath.Sigmoid(V.Load(stepGates) + V.Load(products));
            V z = SimdMath.Sigmoid(V.Load(stepGates + units) + V.Load(products + units));
            V hn = V.Load(products + 2 * units);
            V n = SimdMath.Tanh(V.MultiplyAdd(r, hn, V.Load(stepGates + 2 * units)));
            V.Store(V.MultiplyAdd(z, V.Load(h) - n, n), h);
            if (stepRecurrent == null)
                return;
            V.Store(r, stepGates);
            V.Store(z, stepGates + units);
            V.Store(n, stepGates + 2 * units);
            V.Store(hn, stepRecurrent);
        }
    }

    /// <summary>Propagates gradients back through all steps of groups of sequences.</summary>
    /// <param name="order">The sequences.</param>
    /// <param name="groupSize">Sequences in a group.</param>
    /// <param name="hidden">Units.</param>
    /// <param name="gates">r, z, n of each step.</param>
    /// <param name="recurrent">W_hn h + b_hn of each step.</param>
    /// <param name="packedWeight">W_h [3 hidden x hidden], packed.</param>
    /// <param name="previous">The states before each step.</param>
    /// <param name="gradient">The gradient of the states after each step.</param>
    /// <param name="gateGradient">Out: the gradient of W_i x + b_i.</param>
    /// <param name="recurrentGradient">Out: the gradient of W_hn h + b_hn.</param>
    /// <param name="initialGradient">Out, unless null: the gradient of the states before the first step.</param>
    internal readonly struct BackwardLoop(
        SequenceOrder order, int groupSize, int hidden, float* gates, float* recurrent, float* packedWeight, float* previous,
        float* gradient, float* gateGradient, float* recurrentGradient, float* initialGradient) : IParallelLoop
    {
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
                Gemm.Run(new MatrixView(products, 3 * hidden), default, new MatrixView(carried, hidden), active, hidden, 3 * hidden, true,
                    1, packed: packedWeight);
            }
            if (initialGradient == null)
                return;
            for (int i = 0; i < count; i++)
            {
                new ReadOnlySpan<float>(carried + (nint)i * hidden, hidden)
                    .CopyTo(new Span<float>(initialGradient + (nint)order.Sequence[first + i] * hidden, hidden));
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
            float* stepGates = gates + 3 * row + unit;
            V one = V.Create(1f);
            V r = V.Load(stepGates), z = V.Load(stepGates + units), n = V.Load(stepGates + 2 * units);
            V hn = V.Load(recurrent + row + unit), h = V.Load(previous + row + unit);

            // h' = (1 - z) n + z h, and n = tanh(... + r hn).
            V dh = V.Load(gradient + row + unit) + V.Load(carried);
            V dn = dh * (one - z) * (one - n * n);
            V dz = dh * (h - n) * (z * (one - z));
            V dr = dn * hn * (r * (one - r));
            V dhn = dn * r;

            float* stepGateGradient = gateGradient + 3 * row + unit;
            V.Store(dr, stepGateGradient);
            V.Store(dz, stepGateGradient + units);
            V.Store(dn, stepGateGradient + 2 * units);
            V.Store(dhn, recurrentGradient + row + unit);
            V.Store(dr, products);
            V.Store(dz, products + units);
            V.Store(dhn, products + 2 * units);
            V.Store(dh * z, carried);
        }
    }
}
