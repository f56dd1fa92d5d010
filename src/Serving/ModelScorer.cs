using Microsoft.ML;

namespace Disentangle.ML.Serving;

/// <summary>
/// Scores rows by a served model, for any number of callers at once: rows that come in together are one pass of the batching
/// transformers. What a prediction
/// engine does, without a pool of them.
/// </summary>
/// <typeparam name="TInput">The columns that the model reads, as for <c>LoadFromEnumerable</c>.</typeparam>
/// <typeparam name="TOutput">The columns that are wanted of it, as for <c>CreateEnumerable</c>.</typeparam>
public sealed class ModelScorer<TInput, TOutput> : IAsyncDisposable
    where TInput : class
    where TOutput : class, new()
{
    private readonly BatchQueue<TInput, TOutput> _queue;

    /// <summary>A scorer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How requests are collected.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public ModelScorer(ServedModel model, ServingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        _queue = new(options, rows =>
        {
            IDataView scored = model.Current.Model.Transformer.Transform(model.Context.Data.LoadFromEnumerable(rows));
            return [.. model.Context.Data.CreateEnumerable<TOutput>(scored, reuseRowObject: false)];
        });
    }

    /// <summary>Scores a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="token">Gives the wait up.</param>
    /// <exception cref="InvalidDataException">A feature is NaN or infinite, or has another size than in training.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ServerBusyException">Too many requests wait.</exception>
    public async Task<TOutput> ScoreAsync(TInput row, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return (await _queue.RunAsync([row], token).ConfigureAwait(false))[0];
    }

    /// <summary>Scores rows in one pass, by one model.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="token">Gives the wait up.</param>
    /// <returns>As many, in their order.</returns>
    /// <exception cref="ArgumentException">A row is null.</exception>
    /// <exception cref="InvalidDataException">A feature is NaN or infinite, or has another size than in training.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="ServerBusyException">Too many requests wait.</exception>
    public Task<IReadOnlyList<TOutput>> ScoreAsync(IReadOnlyList<TInput> rows, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return _queue.RunAsync(rows, token);
    }

    /// <summary>Takes no more rows and finishes those that wait.</summary>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();
}
