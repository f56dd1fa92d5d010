using Disentangle.ML.Tensors.Threading;

namespace Disentangle.ML.Tensors.Tests;

public class ThreadingTests
{
    private const int Tasks = 100;

    private static unsafe void CountTask(void* counts, int task) => Interlocked.Increment(ref ((int*)counts)[task]);

    private static unsafe void RunLoops(int loops)
    {
        int* counts = stackalloc int[Tasks];
        for (int loop = 1; loop <= loops; loop++)
        {
            Workers.Run(&CountTask, counts, Tasks, threads: 4);
            for (int task = 0; task < Tasks; task++)
                Assert.Equal(loop, counts[task]);
        }
    }

    [Fact]
    public void Several_callers_at_once_run_every_task_once()
    {
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => RunLoops(2000)))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
    }

    [Fact]
    public async Task A_pool_without_a_free_thread_does_not_hold_up_a_loop()
    {
        using var release = new ManualResetEventSlim();
        // More work than the pool has threads, and it adds one only every half second.
        Task[] waiting = [.. Enumerable.Range(0, 64).Select(_ => Task.Run(release.Wait, TestContext.Current.CancellationToken))];
        try
        {
            RunLoops(100);
            ParallelBlocks.Run(Tasks, 4, CancellationToken.None, _ => { });
        }
        finally
        {
            release.Set();
            await Task.WhenAll(waiting);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_fault_of_a_part_is_thrown_as_it_is(int threads)
    {
        var fault = new InvalidDataException("Part 7.");
        Assert.Same(fault, Assert.Throws<InvalidDataException>(() => ParallelBlocks.Run(10, threads, CancellationToken.None, part =>
        {
            if (part == 7)
                throw fault;
        })));
    }
}
