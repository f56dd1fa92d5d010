using System.Diagnostics;
using System.Threading.Channels;

namespace Disentangle.ML.Serving;

/// <summary>Collects the rows of concurrent requests and runs them together. A request that makes a pass fail fails alone.</summary>
internal sealed class BatchQueue<TInput, TOutput> : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<TInput>, IReadOnlyList<TOutput>> _run;
    private readonly ServingOptions _options;
    private readonly Channel<Request> _waiting;
    private readonly Task _loop;

    public BatchQueue(ServingOptions options, Func<IReadOnlyList<TInput>, IReadOnlyList<TOutput>> run)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _run) = (options, run);
        _waiting = Channel.CreateBounded<Request>(new BoundedChannelOptions(options.MaximumQueueLength) { SingleReader = true });
        _loop = Task.Run(LoopAsync);
    }

    public async Task<IReadOnlyList<TOutput>> RunAsync(IReadOnlyList<TInput> rows, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (rows.Count == 0)
            return [];
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row] is null)
                throw new ArgumentException($"Row {row} (from 0) is null.", nameof(rows));
        }
        var request = new Request(rows, token, Activity.Current?.Context);
        if (!_waiting.Writer.TryWrite(request))
        {
            ObjectDisposedException.ThrowIf(_waiting.Reader.Completion.IsCompleted || _loop.IsCompleted, this);
            throw new ServerBusyException();
        }
        long start = Stopwatch.GetTimestamp();
        bool ok = false;
        try
        {
            IReadOnlyList<TOutput> result = await request.Result.Task.WaitAsync(token).ConfigureAwait(false);
            ok = true;
            return result;
        }
        finally
        {
            ServingTelemetry.RequestDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, ServingTelemetry.Outcome(ok));
        }
    }

    /// <summary>Takes no more requests and finishes those that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        var batch = new List<Request>();
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            bool full = Take(batch);
            if (!full && _options.MaximumDelay > TimeSpan.Zero)
            {
                await Task.Delay(_options.MaximumDelay).ConfigureAwait(false);
                Take(batch);
            }
            batch.RemoveAll(request => request.Token.IsCancellationRequested);
            if (batch.Count > 0)
                Run(batch);
        }
    }

    /// <summary>Takes the requests that wait, as many as fit into a pass; whether there are more.</summary>
    private bool Take(List<Request> batch)
    {
        int rows = batch.Sum(request => request.Rows.Count);
        while (_waiting.Reader.TryPeek(out Request? next))
        {
            if (batch.Count > 0 && rows + next.Rows.Count > _options.MaximumBatchSize)
                return true;
            rows += next.Rows.Count;
            _waiting.Reader.TryRead(out _);
            batch.Add(next);
        }
        return rows >= _options.MaximumBatchSize;
    }

    private void Run(List<Request> batch)
    {
        TInput[] rows = [.. batch.SelectMany(request => request.Rows)];
        ActivityLink[] links = [.. batch
            .Where(request => request.Context is not null).Select(request => new ActivityLink(request.Context!.Value))];
        // The loop began in the context of whoever made the queue, which is not that of the requests.
        using Activity? activity = ServingTelemetry.Activities.StartActivity(
            ActivityKind.Internal, new ActivityContext(), name: "disentangle.score", links: links);
        activity?.SetTag("disentangle.rows", rows.Length);
        long start = Stopwatch.GetTimestamp();
        bool ok = false;
        try
        {
            IReadOnlyList<TOutput> outputs = _run(rows);
            if (outputs.Count != rows.Length)
                throw new InvalidOperationException(
                    $"The model gave {outputs.Count} rows for {rows.Length}; a served model gives one for each.");
            ok = true;
            int first = 0;
            foreach (Request request in batch)
            {
                request.Result.TrySetResult([.. outputs.Skip(first).Take(request.Rows.Count)]);
                first += request.Rows.Count;
            }
        }
        catch (Exception e)
        {
            // Whatever a model throws belongs to the request that led to it.
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            if (batch.Count == 1)
                batch[0].Result.TrySetException(e);
        }
        ServingTelemetry.BatchDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, ServingTelemetry.Outcome(ok));
        ServingTelemetry.BatchRows.Record(rows.Length);
        if (ok)
            ServingTelemetry.Rows.Add(rows.Length);
        else if (batch.Count > 1)
            batch.ForEach(request => Run([request]));
    }

    private sealed record Request(IReadOnlyList<TInput> Rows, CancellationToken Token, ActivityContext? Context)
    {
        public TaskCompletionSource<IReadOnlyList<TOutput>> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
