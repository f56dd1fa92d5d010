using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Functions;
using Disentangle.ML.Tensors.Managed.Memory;
using Disentangle.ML.Tensors.Managed.Simd;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>y = f(x) and y = f(a, b), or y += ..., element by element.</summary>
internal static unsafe class Elementwise
{
    private const int Grain = 8192;

    /// <summary>y = f(x) over whole, padded buffers. y may be x.</summary>
    public static void Map<F>(F function, float* x, float* y, int length, bool accumulate, int threads)
        where F : unmanaged, IUnaryFunction =>
        ParallelLoop.Run(new UnaryLoop<F>(function, x, y, accumulate), (int)NativeBuffer.PaddedLength(length), Grain, threads,
            NativeBuffer.Granularity);

    /// <summary>y = f(a, b) over whole, padded buffers. y may be a or b.</summary>
    public static void Map<F>(F function, float* a, float* b, float* y, int length, bool accumulate, int threads)
        where F : unmanaged, IBinaryFunction =>
        ParallelLoop.Run(new BinaryLoop<F>(function, a, b, y, accumulate), (int)NativeBuffer.PaddedLength(length), Grain, threads,
            NativeBuffer.Granularity);

    /// <summary>y = f(a, b) with broadcasting; all three have the axes of <paramref name="plan"/>.</summary>
    public static void Map<F>(F function, float* a, float* b, float* y, in BroadcastPlan plan, bool accumulate, int threads)
        where F : unmanaged, IBinaryFunction
    {
        if (plan.IsElementwise)
        {
            Map(function, a, b, y, plan.Length, accumulate, threads);
            return;
        }
        var loop = new BroadcastLoop<F>(function, a, b, y, plan, accumulate);
        ParallelLoop.Run(loop, plan.Rows, Math.Max(1, Grain / Math.Max(1, plan.RowLength)), threads);
    }

    private readonly struct UnaryLoop<F>(F function, float* x, float* y, bool accumulate)
        : IParallelLoop where F : unmanaged, IUnaryFunction
    {
        private readonly F _function = function;
        private readonly float* _x = x;
        private readonly float* _y = y;
        private readonly bool _accumulate = accumulate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            F function = _function;
            float* x = _x, y = _y;
            if (_accumulate)
            {
                for (nint i = start; i < end; i += V.Width)
                    V.Store(V.Load(y + i) + function.Apply(V.Load(x + i)), y + i);
            }
            else
            {
                for (nint i = start; i < end; i += V.Width)
                    V.Store(function.Apply(V.Load(x + i)), y + i);
            }
        }
    }

    private readonly struct BinaryLoop<F>(F function, float* a, float* b, float* y, bool accumulate)
        : IParallelLoop where F : unmanaged, IBinaryFunction
    {
        private readonly F _function = function;
        private readonly float* _a = a;
        private readonly float* _b = b;
        private readonly float* _y = y;
        private readonly bool _accumulate = accumulate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            F function = _function;
            float* a = _a, b = _b, y = _y;
            if (_accumulate)
            {
                for (nint i = start; i < end; i += V.Width)
                    V.Store(V.Load(y + i) + function.Apply(V.Load(a + i), V.Load(b + i)), y + i);
            }
            else
            {
                for (nint i = start; i < end; i += V.Width)
                    V.Store(function.Apply(V.Load(a + i), V.Load(b + i)), y + i);
            }
        }
    }

    private readonly struct BroadcastLoop<F>(F function, float* a, float* b, float* y, BroadcastPlan plan, bool accumulate) : IParallelLoop
        where F : unmanaged, IBinaryFunction
    {
        private readonly F _function = function;
        private readonly float* _a = a;
        private readonly float* _b = b;
        private readonly float* _y = y;
        private readonly BroadcastPlan _plan = plan;
        private readonly bool _accumulate = accumulate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int start, int end) where V : struct, ISimd<V>
        {
            for (int row = start; row < end; row++)
            {
                _plan.Offsets(row, out nint offsetA, out nint offsetB);
                RunRow<V>(_a + offsetA, _b + offsetB, _y + (nint)row * _plan.RowLength);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunRow<V>(float* a, float* b, float* y) where V : struct, ISimd<V>
        {
            F function = _function;
            bool accumulate = _accumulate;
            int stepA = _plan.InnerStepA, stepB = _plan.InnerStepB;
            int length = _plan.RowLength;
            int i = 0;
            for (; i + V.Width <= length; i += V.Width)
            {
                V x = function.Apply(stepA == 0 ? V.Create(*a) : V.Load(a + i), stepB == 0 ? V.Create(*b) : V.Load(b + i));
                V.Store(accumulate ? V.Load(y + i) + x : x, y + i);
            }
            if (i < length)
            {
                int rest = length - i;
                V x = function.Apply(stepA == 0 ? V.Create(*a) : V.LoadFirst(a + i, rest),
                    stepB == 0 ? V.Create(*b) : V.LoadFirst(b + i, rest));
                V.StoreFirst(accumulate ? V.LoadFirst(y + i, rest) + x : x, y + i, rest);
            }
        }
    }
}
