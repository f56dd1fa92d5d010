using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Disentangle.ML.Tensors.Threading;

/// <summary>Parallel loops over parts of the work, with results that do not depend on the assignment of parts to threads.</summary>
internal static class ParallelBlocks
{
    /// <summary>Runs body(part) for every part.</summary>
    /// <param name="count">The number of parts.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores.</param>
    /// <param name="token">Cancels the loop between two parts.</param>
    /// <param name="body">The work for a part.</param>
    public static void Run(int count, int threads, CancellationToken token, Action<int> body) =>
        Run(count, threads, token, () => body, (part, work) => work(part));

    /// <summary>Runs body(part, scratch) for every part; concurrent parts have different scratch.</summary>
    /// <param name="count">The number of parts.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores.</param>
    /// <param name="token">Cancels the loop between two parts.</param>
    /// <param name="scratch">The size of the scratch.</param>
    /// <param name="body">The work for a part.</param>
    public static void Run(int count, int threads, CancellationToken token, int scratch, Action<int, double[]> body) =>
        Run(count, threads, token, () => new double[scratch], body);

    /// <summary>Runs body(part, scratch) for every part; concurrent parts have different scratch.</summary>
    /// <param name="count">The number of parts.</param>
    /// <param name="threads">The maximum number of threads; 0 for all cores.</param>
    /// <param name="token">Cancels the loop between two parts.</param>
    /// <param name="scratch">Creates the scratch of a thread.</param>
    /// <param name="body">The work for a part.</param>
    public static void Run<T>(int count, int threads, CancellationToken token, Func<T> scratch, Action<int, T> body)
    {
        if (threads == 0)
            threads = Environment.ProcessorCount;
        if (Math.Min(threads, count) <= 1)
        {
            T own = scratch();
            for (int part = 0; part < count; part++)
            {
                token.ThrowIfCancellationRequested();
                body(part, own);
            }
            return;
        }
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = token };
        // Parallel.For keeps starting new tasks, which reuse the scratch of finished ones.
        var unused = new ConcurrentBag<T>();
        try
        {
            Parallel.For(0, count, options, () => unused.TryTake(out T? own) ? own : scratch(),
                (part, _, own) => { body(part, own); return own; }, unused.Add);
        }
        catch (AggregateException several)
        {
            // The same exception as on one thread.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
