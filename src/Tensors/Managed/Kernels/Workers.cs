namespace Disentangle.ML.Tensors.Managed.Kernels;

/// <summary>
/// The threads that kernels share: one fewer than the processor has cores, started when first needed. Idle threads spin for a few
/// microseconds and then sleep. A caller that finds them busy with another engine's work does its work alone; results never depend on which
/// thread computes what.
/// </summary>
internal static unsafe class Workers
{
    private const int SpinsBeforeSleep = 2000;
    private const int SpinsBeforeYield = 2000;

    private static readonly Lock Owner = new();
    private static readonly SemaphoreSlim Sleeping = new(0);

    // The open job. The ticket is (generation << 40) | (helpers allowed << 32) | (tasks not yet claimed): a thread that
    // decrements it by compare-and-swap knows that the other fields belong to the same job, because a job ends only after its claimed
    // tasks.
    private static long s_ticket;
    private static long s_generation;
    private static delegate*<void*, int, void> s_body;
    private static void* s_context;
    private static int s_count;
    private static int s_finished;
    private static int s_sleepers;
    private static int s_started;

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
            while (s_started < threads - 1)
                Start(s_started++);
            s_body = body;
            s_context = context;
            s_count = count;
            Volatile.Write(ref s_finished, 0);
            Interlocked.Exchange(ref s_ticket, (++s_generation << 40) | ((long)(threads - 1) << 32) | (uint)count);
            int sleepers = Volatile.Read(ref s_sleepers);
            if (sleepers > 0)
                Sleeping.Release(sleepers);

            while (TryRunOne(helper: -1))
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

    private static bool TryRunOne(int helper)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref s_ticket);
            int left = (int)(uint)ticket;
            if (left == 0 || helper >= (int)((ticket >> 32) & 0xFF))
                return false;
            if (Interlocked.CompareExchange(ref s_ticket, ticket - 1, ticket) != ticket)
                continue;
            s_body(s_context, s_count - left);
            Interlocked.Increment(ref s_finished);
            return true;
        }
    }

    private static void Start(int helper)
    {
        var thread = new Thread(() => Serve(helper)) { IsBackground = true, Name = $"Disentangle.ML worker {helper + 1}" };
        thread.Start();
    }

    private static void Serve(int helper)
    {
        int idle = 0;
        while (true)
        {
            if (TryRunOne(helper))
            {
                idle = 0;
            }
            else if (++idle < SpinsBeforeSleep)
            {
                Thread.SpinWait(4);
            }
            else
            {
                // Counted as a sleeper before the last look for work: a job published in between is seen here, or its owner sees the
                // sleeper.
                Interlocked.Increment(ref s_sleepers);
                if (!TryRunOne(helper))
                    Sleeping.Wait();
                Interlocked.Decrement(ref s_sleepers);
                idle = 0;
            }
        }
    }
}
