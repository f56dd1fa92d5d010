using Disentangle.ML.Transforms;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Serving;

/// <summary>
/// The embeddings of a served model's last encoder, for whatever takes an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>: vector
/// stores, Semantic
/// Kernel. An input is the one text, or the one vector of Single, that the model reads; columns that it reads besides, such as the label
/// of training, are left
/// at their defaults.
/// </summary>
/// <typeparam name="TInput"><see cref="string"/> or an array of <see cref="float"/>.</typeparam>
public sealed class ModelEmbeddingGenerator<TInput> : IEmbeddingGenerator<TInput, Embedding<float>>
{
    private readonly ServedModel _model;
    private readonly BatchQueue<TInput, Embedding<float>> _queue;

    /// <summary>A generator.</summary>
    /// <param name="model">The model; saved with its input schema.</param>
    /// <param name="options">How requests are collected.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="TInput"/> is no text and no array of Single.</exception>
    public ModelEmbeddingGenerator(ServedModel model, ServingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (typeof(TInput) != typeof(string) && typeof(TInput) != typeof(float[]))
            throw new NotSupportedException($"Embeddings are made of String or Single[], not of {typeof(TInput)}.");
        _model = model;
        _queue = new BatchQueue<TInput, Embedding<float>>(options, rows => Embed(rows));
    }

    /// <summary>Computes the embeddings, in the order of the values.</summary>
    /// <param name="values">Texts, or vectors of the model's size.</param>
    /// <param name="options">Not used: the model decides.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="ArgumentException">A value is null.</exception>
    /// <exception cref="InvalidOperationException">The model has no encoder, or not one column of that type to read.</exception>
    /// <exception cref="InvalidDataException">A vector has another size than in training, or holds NaN or infinity.</exception>
    /// <exception cref="ServerBusyException">Too many requests wait.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<TInput> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(await _queue.RunAsync([.. values], cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(EmbeddingGeneratorMetadata))
        {
            EncoderTransformer? encoder = _model.Current.Model.Encoders.LastOrDefault();
            return new EmbeddingGeneratorMetadata("Disentangle.ML", defaultModelDimensions: encoder?.Encoder.EmbeddingSize);
        }
        return serviceType.IsInstanceOfType(this) ? this : serviceType.IsInstanceOfType(_model) ? _model : null;
    }

    /// <summary>Takes no more requests. Those that wait are finished.</summary>
    public void Dispose() => _queue.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private IReadOnlyList<Embedding<float>> Embed(IReadOnlyList<TInput> rows)
    {
        LoadedModel loaded = _model.Current;
        DataViewSchema schema = loaded.InputSchema
            ?? throw new InvalidOperationException("The model was saved without the schema of its input; save it with one.");
        EncoderTransformer encoder = loaded.Model.Encoders.LastOrDefault()
            ?? throw new InvalidOperationException("The model has no encoder, so there are no embeddings.");
        IDataView scored = loaded.Model.Transformer.Transform(View(schema, loaded.Model.Encoders[0].InputColumnName, rows));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return [.. scored.GetColumn<float[]>(encoder.OutputColumnName).Select(vector => new Embedding<float>(vector) { CreatedAt = now })];
    }

    private static IDataView View(DataViewSchema schema, string preferred, IReadOnlyList<TInput> rows)
    {
        bool isText = typeof(TInput) == typeof(string);
        DataViewSchema.Column[] fitting = [.. schema.Where(column => !column.IsHidden && (isText
            ? column.Type is TextDataViewType
            : column.Type is VectorDataViewType { ItemType: NumberDataViewType { RawType: var item } } && item == typeof(float)))];
        // The encoder's own input, or what it is made of.
        DataViewSchema.Column[] named = [.. fitting.Where(column => column.Name == preferred)];
        if (named.Length == 1)
            fitting = named;
        if (fitting.Length != 1)
        {
            throw new InvalidOperationException(
                $"The model reads {fitting.Length} columns of type {(isText ? "text" : "vector of Single")}, and an embedding "
                + $"is made of one. Its columns are {string.Join(", ", schema.Select(column => $"{column.Name} ({column.Type})"))}.");
        }
        if (isText)
            return new SingleColumnView<ReadOnlyMemory<char>>(
                schema, fitting[0].Index, [.. rows.Select(text => ((string)(object)text!).AsMemory())]);
        int size = ((VectorDataViewType)fitting[0].Type).Size;
        return new SingleColumnView<VBuffer<float>>(schema, fitting[0].Index, [.. rows.Select((row, i) =>
        {
            var vector = (float[])(object)row!;
            return size == 0 || vector.Length == size
                ? new VBuffer<float>(vector.Length, vector)
                : throw new InvalidDataException($"Vector {i} has {vector.Length} values; the model was trained on {size}.");
        })]);
    }
}
