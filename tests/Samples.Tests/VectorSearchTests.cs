using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;
using Microsoft.ML;
using Microsoft.ML.Data;
using VectorSearch;

namespace Disentangle.ML.Samples.Tests;

public sealed class VectorSearchTests : IAsyncLifetime
{
    private const int Width = 6;
    private readonly string _folder = Directory.CreateTempSubdirectory("vectors").FullName;
    private ServiceProvider _services = null!;

    private sealed class Row
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public string Group { get; set; } = "";
    }

    private sealed class Item
    {
        [VectorStoreKey]
        public ulong Id { get; set; }

        [VectorStoreData]
        public string Group { get; set; } = "";

        [VectorStoreVector(3, DistanceFunction = DistanceFunction.EuclideanSquaredDistance)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Point
    {
        [VectorStoreKey]
        public ulong Id { get; set; }

        [VectorStoreVector(2)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEmbeddingGenerator<float[], Embedding<float>> Generator =>
        _services.GetRequiredService<IEmbeddingGenerator<float[], Embedding<float>>>();

    private static Item[] Items { get; } = Create();

    private static Item[] Create()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 200).Select(i => new Item
        {
            Id = (ulong)i, Group = i % 2 == 0 ? "even" : "odd",
            Features = [.. Enumerable.Range(0, Width).Select(j => (j % 2 == i % 2 ? 2 : 0) + random.NextSingle())],
        })];
    }

    public ValueTask InitializeAsync()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Items.Select(item => new Row { Features = item.Features, Group = item.Group }));
        var options = new DisentangleEncoderOptions { Network = Network.Mlp([8], 3), Epochs = 2, BatchSize = 32, Seed = 1 };
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", "Group", options)).Fit(data);
        string path = Path.Combine(_folder, "model.zip");
        DisentangleModel.Save(ml, model, data.Schema, path);
        _services = new ServiceCollection().AddDisentangleModel(path).BuildServiceProvider();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static ValueTask<VectorSearchResult<Item>[]> SearchAsync(
        USearchCollection<Item> collection, float[] query, int top, VectorSearchOptions<Item>? options = null) =>
        collection.SearchAsync(query, top, options, Token).ToArrayAsync(Token);

    private async Task<USearchCollection<Item>> FilledAsync()
    {
        var collection = new USearchCollection<Item>("items", Generator);
        await collection.EnsureCollectionExistsAsync(Token);
        await collection.UpsertAsync(Items, Token);
        return collection;
    }

    [Fact]
    public async Task The_nearest_are_those_of_a_plain_search_through_the_embeddings()
    {
        using USearchCollection<Item> collection = await FilledAsync();
        float[][] embeddings = [.. (await Generator.GenerateAsync(Items.Select(item => item.Features), cancellationToken: Token))
            .Select(embedding => embedding.Vector.ToArray())];
        int hits = 0;
        for (int query = 0; query < Items.Length; query++)
        {
            double[] distances = [.. embeddings.Select(other => other.Zip(embeddings[query], (a, b) => (double)(a - b) * (a - b)).Sum())];
            double[] expected = [.. distances.Order().Take(5)];
            VectorSearchResult<Item>[] results = await SearchAsync(collection, Items[query].Features, 5);
            Assert.Equal(5, results.Length);
            Assert.All(results, result => Assert.Equal(distances[result.Record.Id], result.Score!.Value, 1e-5));
            hits += results.Count(result => distances[result.Record.Id] <= expected[^1] + 1e-6);
        }
        // The index is approximate.
        Assert.True(hits >= 0.98 * 5 * Items.Length, $"{hits} of {5 * Items.Length}");
    }

    [Fact]
    public async Task Filters_thresholds_and_pages()
    {
        using USearchCollection<Item> collection = await FilledAsync();
        float[] query = Items[0].Features;
        VectorSearchResult<Item>[] odd = await SearchAsync(collection, query, 100, new() { Filter = item => item.Group == "odd" });
        Assert.Equal(100, odd.Length);
        Assert.All(odd, result => Assert.Equal("odd", result.Record.Group));
        VectorSearchResult<Item>[] all = await SearchAsync(collection, query, 200);
        VectorSearchResult<Item>[] page = await SearchAsync(collection, query, 10, new() { Skip = 10 });
        Assert.Equal(all[10..20].Select(result => result.Score), page.Select(result => result.Score));
        VectorSearchResult<Item>[] near = await SearchAsync(collection, query, 200, new() { ScoreThreshold = all[30].Score });
        Assert.All(near, result => Assert.True(result.Score <= all[30].Score));
        Assert.InRange(near.Length, 31, 199);
    }

    [Fact]
    public async Task Records_are_replaced_found_by_key_and_deleted()
    {
        using USearchCollection<Item> collection = await FilledAsync();
        var moved = new Item { Id = 0, Group = "new", Features = Items[1].Features };
        await collection.UpsertAsync(moved, Token);
        Assert.Same(moved, await collection.GetAsync(0, cancellationToken: Token));
        Assert.Contains(moved, (await SearchAsync(collection, Items[1].Features, 2)).Select(result => result.Record));
        await collection.DeleteAsync(0, Token);
        Assert.Null(await collection.GetAsync(0, cancellationToken: Token));
        Assert.DoesNotContain(moved, (await SearchAsync(collection, Items[1].Features, 200)).Select(result => result.Record));
        Item[] even = await collection.GetAsync(item => item.Group == "even", 2, cancellationToken: Token).ToArrayAsync(Token);
        Assert.Equal([2ul, 4ul], even.Select(item => item.Id));
        await collection.EnsureCollectionDeletedAsync(Token);
        Assert.False(await collection.CollectionExistsAsync(Token));
        await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(moved, Token));
    }

    [Fact]
    public async Task Vectors_without_a_generator()
    {
        using var collection = new USearchCollection<Point>("points");
        await collection.EnsureCollectionExistsAsync(Token);
        Point[] points = [new() { Id = 1, Vector = new float[] { 1, 0 } }, new() { Id = 2, Vector = new float[] { 0, 2 } }];
        await collection.UpsertAsync(points, Token);
        ReadOnlyMemory<float> query = new float[] { 1, 3 };
        VectorSearchResult<Point> nearest = await collection.SearchAsync(query, 1, cancellationToken: Token).SingleAsync(Token);
        Assert.Equal(2ul, nearest.Record.Id);
        Assert.Equal(1 - 3 / Math.Sqrt(10), nearest.Score!.Value, 1e-6);
        await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(new Point { Vector = new float[3] }, Token));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await collection.SearchAsync(new float[] { 1, 2 }, 1, cancellationToken: Token).ToArrayAsync(Token));
        Assert.Contains("'points' has no generator of embeddings for System.Single[]", e.Message, StringComparison.Ordinal);
    }
}
