using System.Runtime.CompilerServices;
using Disentangle.ML.Tensors.Managed.Simd;
using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>Runs loops on <see cref="Workers"/>, compiled for the register width in use.</summary>
internal static unsafe class ParallelLoop
{
    private const int TasksPerThread = 4;

    /// <summary>
    /// Runs a loop in parts of at least <paramref name="grain"/> iterations, whose bounds are multiples of <paramref name="alignment"/>.
    /// </summary>
    public static void Run<TLoop>(TLoop loop, int count, int grain, int threads, int alignment = 1) where TLoop : unmanaged, IParallelLoop
    {
        if (count <= 0)
            return;
        if (threads <= 1 || count < 2L * grain)
        {
            RunPart(ref loop, 0, count);
            return;
        }
        int part = Math.Max(grain, (int)(((long)count + threads * TasksPerThread - 1) / (threads * TasksPerThread)));
        part = (part + alignment - 1) / alignment * alignment;
        var job = new Job<TLoop> { Loop = loop, Count = count, Part = part };
        Workers.Run(&Job<TLoop>.RunTask, &job, (count + part - 1) / part, threads);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunPart<TLoop>(ref TLoop loop, int start, int end) where TLoop : unmanaged, IParallelLoop
    {
        switch (SimdSupport.Level)
        {
            case SimdLevel.Vector512:
                loop.Run<Lanes16>(start, end);
                break;
            case SimdLevel.Vector256:
                loop.Run<Lanes8>(start, end);
                break;
            case SimdLevel.Vector128:
                loop.Run<Lanes4>(start, end);
                break;
            default:
                loop.Run<Lanes1>(start, end);
                break;
        }
    }

    private struct Job<TLoop> where TLoop : unmanaged, IParallelLoop
    {
        public TLoop Loop;
        public int Count;
        public int Part;

        public static void RunTask(void* context, int index)
        {
            var job = (Job<TLoop>*)context;
            int start = index * job->Part;
            RunPart(ref job->Loop, start, Math.Min(start + job->Part, job->Count));
        }
    }
}
