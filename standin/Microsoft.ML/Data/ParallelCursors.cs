using System.Collections.Concurrent;

namespace Microsoft.ML.Data;

/// <summary>Splits a cursor into several that run in parallel, and joins several into one in the order of their batches.</summary>
internal static class ParallelCursors
{
    private const string WorkerFailed = "Splitter/consolidator worker encountered exception while consuming source data";
    private const int QueueLength = 4;

    public static int ThreadCount { get; } = Math.Max(2, Environment.ProcessorCount - 1);

    /// <summary>Deals the rows of one cursor out to <paramref name="count"/> cursors, batch by batch.</summary>
    public static DataViewRowCursor[] Split(DataViewRowCursor input, int count)
    {
        if (count <= 1)
            return [input];
        var queue = new BatchQueue(1, [input]);
        int open = count;
        bool[] active = Activity(input);
        return Enumerable.Range(0, count)
            .Select(_ => new RowBatchCursor(input.Schema, active, () => queue.Take(0), () =>
            {
                if (Interlocked.Decrement(ref open) == 0)
                    queue.Dispose();
            }))
            .ToArray<DataViewRowCursor>();
    }

    /// <summary>One cursor over the rows of all, which are read in parallel.</summary>
    public static DataViewRowCursor Consolidate(DataViewRowCursor[] inputs)
    {
        if (inputs.Length == 1)
            return inputs[0];
        var queue = new BatchQueue(inputs.Length, inputs);
        var heads = new RowBatch[inputs.Length];
        var ended = new bool[inputs.Length];
        return new RowBatchCursor(inputs[0].Schema, Activity(inputs[0]), Next, queue.Dispose);

        RowBatch Next()
        {
            int first = -1;
            for (int i = 0; i < heads.Length; i++)
            {
                if (heads[i] is null && !ended[i])
                    ended[i] = (heads[i] = queue.Take(i)) is null;
                if (heads[i] is not null && (first < 0 || heads[i].Id < heads[first].Id))
                    first = i;
            }
            if (first < 0)
                return null;
            RowBatch batch = heads[first];
            heads[first] = null;
            return batch;
        }
    }

    private static bool[] Activity(DataViewRowCursor cursor) => cursor.Schema.Select(cursor.IsColumnActive).ToArray();

    /// <summary>Threads that read cursors into queues of bounded length. They start when the first batch is taken.</summary>
    private sealed class BatchQueue : IDisposable
    {
        private readonly DataViewRowCursor[] _inputs;
        private readonly BlockingCollection<RowBatch>[] _queues;
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _lock = new();
        private Task[] _workers;
        private Exception _failure;

        public BatchQueue(int queues, DataViewRowCursor[] inputs)
        {
            _inputs = inputs;
            _queues = new BlockingCollection<RowBatch>[queues];
            for (int i = 0; i < queues; i++)
                _queues[i] = new BlockingCollection<RowBatch>(QueueLength);
        }

        /// <summary>The next batch, or null at the end.</summary>
        public RowBatch Take(int queue)
        {
            lock (_lock)
                _workers ??= _inputs.Select((input, i) => Task.Factory.StartNew(() => Run(input, _queues[i]), TaskCreationOptions.LongRunning)).ToArray();
            bool taken = _queues[queue].TryTake(out RowBatch batch, Timeout.Infinite);
            if (Volatile.Read(ref _failure) is { } failure)
                throw new InvalidOperationException(WorkerFailed, failure);
            return taken ? batch : null;
        }

        public void Dispose()
        {
            _stop.Cancel();
            Task[] workers;
            lock (_lock)
                workers = _workers ??= [];
            if (workers.Length > 0)
                Task.WaitAll(workers);
            else
                Array.ForEach(_inputs, input => input.Dispose());
        }

        private void Run(DataViewRowCursor input, BlockingCollection<RowBatch> queue)
        {
            try
            {
                using (input)
                {
                    bool more = input.MoveNext();
                    if (!more)
                        return;
                    var reader = new RowBatchReader(input);
                    // One input dealt out to many gets batches of its own; many inputs keep those they have, so that order can be restored.
                    for (long id = 0; more; id++)
                        queue.Add(reader.Read(_inputs.Length == 1 ? id : null, ref more), _stop.Token);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                // Reaches the reader's thread by Take.
                Interlocked.CompareExchange(ref _failure, exception, null);
            }
            finally
            {
                queue.CompleteAdding();
            }
        }
    }
}
