namespace Disentangle.ML.Tensors.Threading;

/// <summary>
/// Runs loops of microseconds on threads of .NET's pool, which stay for about 0.6 ms in case another loop follows. A caller that finds them
/// busy with another engine's work does its work alone, as it does while the pool has no thread to spare; results never depend on which
/// thread computes what.
/// </summary>
internal static unsafe class Workers
{
    private const int SpinsBeforeLeaving = 6000;
    private const int SpinsBeforeYield = 2000;
    private const long OneHelper = 1L << 32;

    private static readonly Lock Owner = new();
    private static readonly WaitCallback Serving = _ => Serve();

    // The open job. The ticket is (generation << 40) | (helpers that may still join << 32) | (tasks not yet claimed): a thread that changes
    // it by compare-and-swap knows that the other fields belong to the same job, because a job ends only after its claimed tasks.
    private static long s_ticket;
    private static long s_generation;
    private static delegate*<void*, int, void> s_body;
    private static void* s_context;
    private static int s_count;
    private static int s_finished;
    private static int s_helpers;

    /// <summary>The number of threads worth using, at least 1.</summary>
    public static int Available { get; } = Math.Clamp(Environment.ProcessorCount, 1, 255);

    /// <summary>
    /// Runs body(context, i) for i in 0..count-1 on up to <paramref name="threads"/> threads, this one included, and returns when all have
    /// finished.
    /// </summary>
    public static void Run(delegate*<void*, int, void> body, void* context, int count, int threads)
    {
        threads = Math.Min(Math.Min(threads, count), Available);
        if (threads <= 1 || !Owner.TryEnter())
        {
            for (int i = 0; i < count; i++)
                body(context, i);
            return;
        }
        try
        {
            s_body = body;
            s_context = context;
            s_count = count;
            Volatile.Write(ref s_finished, 0);
            long generation = ++s_generation & 0xFF_FFFF;
            Interlocked.Exchange(ref s_ticket, (generation << 40) | ((threads - 1) * OneHelper) | (uint)count);
            for (int helpers = Volatile.Read(ref s_helpers); helpers < threads - 1; helpers++)
            {
                Interlocked.Increment(ref s_helpers);
                ThreadPool.UnsafeQueueUserWorkItem(Serving, null);
            }

            while (TryRunOne(generation, out _))
            {
            }
            int spins = 0;
            while (Volatile.Read(ref s_finished) < count)
            {
                if (++spins < SpinsBeforeYield)
                    Thread.SpinWait(1);
                else
                    Thread.Yield();
            }
        }
        finally
        {
            Owner.Exit();
        }
    }

    /// <summary>Runs a task of the open job.</summary>
    /// <param name="joined">The generation of the last job that the thread worked on.</param>
    /// <param name="generation">The generation of the open job.</param>
    /// <returns>Whether there was a task, and room for this thread.</returns>
    private static bool TryRunOne(long joined, out long generation)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref s_ticket);
            int left = (int)(uint)ticket;
            generation = ticket >>> 40;
            long claim = generation == joined ? 1 : OneHelper + 1;
            if (left == 0 || (claim > 1 && (byte)(ticket >> 32) == 0))
                return false;
            if (Interlocked.CompareExchange(ref s_ticket, ticket - claim, ticket) != ticket)
                continue;
            s_body(s_context, s_count - left);
            Interlocked.Increment(ref s_finished);
            return true;
        }
    }

    private static void Serve()
    {
        long joined = -1;
        while (true)
        {
            // A thread that comes too late does not wait for the next job.
            int spins = joined < 0 ? SpinsBeforeLeaving : 0;
            do
            {
                if (TryRunOne(joined, out long generation))
                    (joined, spins) = (generation, 0);
                else
                    Thread.SpinWait(4);
            }
            while (++spins < SpinsBeforeLeaving);
            // No helper any more before the last look for work: a job published in between is seen here, or its owner sees that one is
            // missing.
            Interlocked.Decrement(ref s_helpers);
            if (!TryRunOne(joined, out joined))
                return;
            Interlocked.Increment(ref s_helpers);
        }
    }
}
