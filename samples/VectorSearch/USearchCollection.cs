using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Cloud.Unum.USearch;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace VectorSearch;

/// <summary>
/// Records in memory, searched by an HNSW index of USearch. The property with <see cref="VectorStoreVectorAttribute"/> is either the
/// vector itself, a <see cref="ReadOnlyMemory{T}"/> of <see cref="float"/>, or the text or <see cref="float"/> array that the generator
/// makes the vector of. A score is a distance: 0 is equal, less is nearer.
/// </summary>
/// <typeparam name="TRecord">The records.</typeparam>
public sealed class USearchCollection<TRecord> : VectorStoreCollection<ulong, TRecord> where TRecord : class
{
    private readonly IEmbeddingGenerator? _generator;
    private readonly PropertyInfo _key = Property<VectorStoreKeyAttribute>();
    private readonly PropertyInfo _vector = Property<VectorStoreVectorAttribute>();
    private readonly VectorStoreVectorAttribute _settings;
    private readonly MetricKind _metric;
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, TRecord> _records = [];
    private USearchIndex? _index;

    /// <summary>A collection; <see cref="EnsureCollectionExistsAsync"/> makes it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="generator">Makes vectors of texts or <see cref="float"/> arrays. Default null: records hold their vectors.</param>
    /// <exception cref="NotSupportedException">The record has a key, vector or distance function that is not supported.</exception>
    public USearchCollection(string name, IEmbeddingGenerator? generator = null)
    {
        (Name, _generator) = (name, generator);
        _settings = _vector.GetCustomAttribute<VectorStoreVectorAttribute>()!;
        if (_key.PropertyType != typeof(ulong))
            throw new NotSupportedException($"The key {_key.Name} is {_key.PropertyType}; USearch's keys are UInt64.");
        _metric = _settings.DistanceFunction switch
        {
            null or DistanceFunction.CosineDistance => MetricKind.Cos,
            DistanceFunction.EuclideanSquaredDistance => MetricKind.L2sq,
            var other => throw new NotSupportedException($"{other} is not supported; CosineDistance and EuclideanSquaredDistance are."),
        };
    }

    public override string Name { get; }

    private USearchIndex Index => _index ?? throw new VectorStoreException($"The collection '{Name}' does not exist.");

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(_index is not null);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        _index ??= new USearchIndex(_metric, ScalarKind.Float32, (ulong)_settings.Dimensions);
        return Task.CompletedTask;
    }

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        Dispose(disposing: true);
        return Task.CompletedTask;
    }

    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default) =>
        UpsertAsync([record], cancellationToken);

    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        // Of several records with one key the last counts.
        TRecord[] all = [.. records.GroupBy(Key).Select(same => same.Last())];
        if (all.Length == 0)
            return;
        float[][] vectors = await VectorsAsync([.. all.Select(record => _vector.GetValue(record)!)], cancellationToken);
        lock (_lock)
        {
            for (int i = 0; i < all.Length; i++)
            {
                Remove(Key(all[i]));
                Index.Add(Key(all[i]), vectors[i]);
                _records[Key(all[i])] = all[i];
            }
        }
    }

    public override Task DeleteAsync(ulong key, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            Remove(key);
        return Task.CompletedTask;
    }

    public override Task<TRecord?> GetAsync(
        ulong key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return Task.FromResult(_records.GetValueOrDefault(key));
    }

    public override IAsyncEnumerable<TRecord> GetAsync(Expression<Func<TRecord, bool>> filter, int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        if (options?.OrderBy is not null)
            throw new NotSupportedException("OrderBy is not supported; records come in the order of their keys.");
        lock (_lock)
            return _records.Values.Where(filter.Compile()).OrderBy(Key).Skip(options?.Skip ?? 0).Take(top).ToArray().ToAsyncEnumerable();
    }

    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(TInput searchValue, int top,
        VectorSearchOptions<TRecord>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        float[] vector = (await VectorsAsync([searchValue], cancellationToken))[0];
        foreach (VectorSearchResult<TRecord> result in Nearest(vector, top, options ?? new()))
            yield return result;
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(VectorStoreCollectionMetadata)
            ? new VectorStoreCollectionMetadata { VectorStoreSystemName = "usearch", CollectionName = Name }
        : serviceType == typeof(IEmbeddingGenerator) ? _generator
        : serviceType.IsInstanceOfType(this) ? this : null;

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _index?.Dispose();
            _index = null;
            _records.Clear();
        }
    }

    /// <summary>
    /// The nearest records that pass the filter. USearch has no filters in .NET, so it is asked for more until there are enough.
    /// </summary>
    private List<VectorSearchResult<TRecord>> Nearest(float[] vector, int top, VectorSearchOptions<TRecord> options)
    {
        Func<TRecord, bool>? filter = options.Filter?.Compile();
        lock (_lock)
        {
            int size = (int)Index.Size();
            for (int count = top + options.Skip; ; count *= 2)
            {
                ulong[] keys = [];
                float[] distances = [];
                int found = size == 0 ? 0 : Index.Search(vector, Math.Min(count, size), out keys, out distances);
                List<VectorSearchResult<TRecord>> results = [.. Enumerable.Range(0, found)
                    .Select(i => new VectorSearchResult<TRecord>(_records[keys[i]], distances[i]))
                    .Where(result => (filter is null || filter(result.Record)) && !(result.Score > options.ScoreThreshold))
                    .Skip(options.Skip).Take(top)];
                if (results.Count == top || count >= size)
                    return results;
            }
        }
    }

    private async Task<float[][]> VectorsAsync(object[] inputs, CancellationToken token)
    {
        float[][] vectors = inputs[0] switch
        {
            ReadOnlyMemory<float> => [.. inputs.Select(input => ((ReadOnlyMemory<float>)input).ToArray())],
            Embedding<float> => [.. inputs.Select(input => ((Embedding<float>)input).Vector.ToArray())],
            string => await GenerateAsync<string>(inputs, token),
            float[] => await GenerateAsync<float[]>(inputs, token),
            var other => throw new NotSupportedException($"{other.GetType()} is neither a vector nor something to make one of."),
        };
        return Array.Find(vectors, vector => vector.Length != _settings.Dimensions) is { } wrong
            ? throw new VectorStoreException(
                $"A vector has {wrong.Length} values; {typeof(TRecord).Name}.{_vector.Name} says {_settings.Dimensions}.")
            : vectors;
    }

    private async Task<float[][]> GenerateAsync<T>(object[] inputs, CancellationToken token)
    {
        var generator = _generator as IEmbeddingGenerator<T, Embedding<float>>
            ?? throw new InvalidOperationException($"The collection '{Name}' has no generator of embeddings for {typeof(T)}.");
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(inputs.Cast<T>(), cancellationToken: token);
        return [.. embeddings.Select(embedding => embedding.Vector.ToArray())];
    }

    private ulong Key(TRecord record) => (ulong)_key.GetValue(record)!;

    private void Remove(ulong key)
    {
        if (_records.Remove(key))
            Index.Remove(key);
    }

    private static PropertyInfo Property<TAttribute>() where TAttribute : Attribute =>
        typeof(TRecord).GetProperties().Where(property => property.IsDefined(typeof(TAttribute))).ToArray() is [var property]
            ? property
            : throw new NotSupportedException($"{typeof(TRecord)} must have one property with {typeof(TAttribute).Name}.");
}
