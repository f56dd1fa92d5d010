using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Disentangle.ML.Trainers;

/// <summary>Prepares batches on another thread while steps run on earlier ones.</summary>
/// <param name="count">The number of batches to prepare in advance; 0 to prepare each when it is asked for.</param>
/// <param name="create">Creates an empty batch.</param>
internal sealed class BatchesAhead<TBatch>(int count, Func<TBatch> create) where TBatch : ITrainingBatch<TBatch>
{
    private readonly ConcurrentBag<TBatch> _free = [];

    /// <summary>
    /// The same batches in the same order; each is valid until the next one is asked for. An exception of the source is thrown when the
    /// batch that it prevents is asked for. The thread ends with the enumeration.
    /// </summary>
    /// <param name="batches">The source, which always returns the same object.</param>
    public IEnumerable<TBatch> Of(IEnumerable<TBatch> batches) => count == 0 ? batches : Prepared(batches);

    private IEnumerable<TBatch> Prepared(IEnumerable<TBatch> batches)
    {
        using var stop = new CancellationTokenSource();
        using var vacant = new SemaphoreSlim(count);
        using var ready = new BlockingCollection<TBatch>();
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(Prepare) { IsBackground = true, Name = "Batches ahead" };
        thread.Start();
        try
        {
            foreach (TBatch batch in ready.GetConsumingEnumerable())
            {
                vacant.Release();
                yield return batch;
                _free.Add(batch);
            }
            fault?.Throw();
        }
        finally
        {
            stop.Cancel();
            thread.Join();
        }

        void Prepare()
        {
            try
            {
                using IEnumerator<TBatch> source = batches.GetEnumerator();
                while (MayContinue() && source.MoveNext())
                {
                    TBatch batch = _free.TryTake(out TBatch? used) ? used : create();
                    batch.Exchange(source.Current);
                    ready.Add(batch);
                }
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                ready.CompleteAdding();
            }
        }

        bool MayContinue()
        {
            try
            {
                vacant.Wait(stop.Token);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }
}
