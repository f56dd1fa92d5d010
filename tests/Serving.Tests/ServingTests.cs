using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Disentangle.ML.Serving.Tests;

public sealed class ServingTests : IAsyncLifetime, ILoggerProvider, ILogger
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serving").FullName;
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _log = [];
    private ServiceProvider _services = null!;

    private string ModelPath => Path.Combine(_folder, "model.zip");

    public ValueTask InitializeAsync()
    {
        Models.Save(ModelPath, seed: 1);
        _services = new ServiceCollection()
            .AddSingleton<ILogger<ServedModel>>(new Logger<ServedModel>(new LoggerFactory([this])))
            .AddDisentangleModel(ModelPath, options => options.ReloadInterval = TimeSpan.FromMilliseconds(20))
            .BuildServiceProvider();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private ModelScorer<Row, Scored> Scorer => _services.GetRequiredService<ModelScorer<Row, Scored>>();

    [Fact]
    public async Task Concurrent_rows_get_the_values_of_the_model()
    {
        Row[] rows = Row.Create(200, seed: 2);
        ModelScorer<Row, Scored> scorer = Scorer;
        Scored[] scored = await Task.WhenAll(rows.Select(row => Task.Run(() => scorer.ScoreAsync(row))));
        Assert.Equal(Models.Embeddings(ModelPath, rows), scored.Select(row => row.Embedding));
        Assert.All(scored, row => Assert.InRange(row.PredictedLabel, 1u, 2u));
        IReadOnlyList<Scored> together = await Scorer.ScoreAsync(rows, TestContext.Current.CancellationToken);
        Assert.Equal(scored.Select(row => row.Embedding), together.Select(row => row.Embedding));
        Assert.Empty(await Scorer.ScoreAsync([], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_bad_row_fails_alone()
    {
        Row[] rows = Row.Create(40);
        rows[7].Features[2] = float.NaN;
        Task<Scored>[] tasks = [.. rows.Select(row => Scorer.ScoreAsync(row))];
        for (int i = 0; i < tasks.Length; i++)
        {
            if (i == 7)
                Assert.Contains("NaN", (await Assert.ThrowsAsync<InvalidDataException>(() => tasks[7])).Message, StringComparison.Ordinal);
            else
                Assert.Equal(3, (await tasks[i]).Embedding.Length);
        }
    }

    private sealed class Unfeatured
    {
        public string Group { get; set; } = "";
    }

    [Fact]
    public async Task A_missing_column_is_named()
    {
        var scorer = _services.GetRequiredService<ModelScorer<Unfeatured, Scored>>();
        var e = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => scorer.ScoreAsync(new Unfeatured()));
        Assert.Contains("'Features'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_swapped_under_load_without_a_failed_request()
    {
        string[] files = [.. new[] { 1, 2 }.Select(seed => Path.Combine(_folder, $"{seed}.zip"))];
        for (int i = 0; i < files.Length; i++)
            Models.Save(files[i], seed: i + 1);
        Row[] rows = Row.Create(20, seed: 3);
        float[][][] expected = [.. files.Select(file => Models.Embeddings(file, rows))];
        ModelScorer<Row, Scored> scorer = Scorer;
        Assert.NotEqual(expected[0][0], expected[1][0]);
        ServedModel model = _services.GetRequiredService<ServedModel>();

        using var stop = new CancellationTokenSource();
        var counts = new int[2];
        Task[] clients = [.. Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (int i = client; !stop.IsCancellationRequested; i++)
            {
                float[] embedding = (await scorer.ScoreAsync(rows[i % rows.Length])).Embedding;
                int version = embedding.SequenceEqual(expected[0][i % rows.Length]) ? 0 : 1;
                Assert.Equal(expected[version][i % rows.Length], embedding);
                Interlocked.Increment(ref counts[version]);
            }
        }))];
        for (int swap = 1; swap <= 10; swap++)
        {
            bool broken = swap == 5;
            string next = Path.Combine(_folder, "next.zip");
            if (broken)
                File.WriteAllBytes(next, File.ReadAllBytes(files[0])[..500]);
            else
                File.Copy(files[swap % 2], next);
            File.SetLastWriteTimeUtc(next, DateTime.UtcNow.AddSeconds(swap));
            int before = model.Current.Version;
            File.Move(next, ModelPath, overwrite: true);
            if (broken)
                await Until(() => _log.Any(entry => entry.Level == LogLevel.Error));
            else
                await Until(() => model.Current.Version == before + 1);
        }
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Equal(10, model.Current.Version);
        Assert.True(counts[0] > 0 && counts[1] > 0, $"{counts[0]} and {counts[1]} answers of the two models");
        Assert.Contains("is still served", Assert.Single(_log, entry => entry.Level == LogLevel.Error).Text, StringComparison.Ordinal);
        Assert.Equal(9, _log.Count(entry => entry.Text.Contains("was replaced; version", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Rows_and_passes_are_counted_and_traced()
    {
        long rows = 0;
        var requestActivities = new ConcurrentQueue<ActivityTraceId>();
        var passes = new ConcurrentQueue<Activity>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ServingTelemetry.Name && instrument.Name == "disentangle.serving.batch.rows")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref rows, value));
        listener.Start();
        using var source = new ActivitySource("test");
        using var activities = new ActivityListener
        {
            ShouldListenTo = activitySource => activitySource.Name == ServingTelemetry.Name || activitySource == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == "disentangle.score")
                    passes.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(activities);
        using (Activity? request = source.StartActivity("request"))
        {
            requestActivities.Enqueue(request!.TraceId);
            await Scorer.ScoreAsync(Row.Create(5), TestContext.Current.CancellationToken);
        }
        await Until(() => Interlocked.Read(ref rows) >= 5);
        await Until(() => passes.Any(pass => pass.Links.Any(link => link.Context.TraceId == requestActivities.First())));
    }

    [Fact]
    public async Task Embeddings_of_vectors()
    {
        var generator = _services.GetRequiredService<IEmbeddingGenerator<float[], Embedding<float>>>();
        Row[] rows = Row.Create(10, seed: 5);
        GeneratedEmbeddings<Embedding<float>> embeddings =
            await generator.GenerateAsync(rows.Select(row => row.Features), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Models.Embeddings(ModelPath, rows), embeddings.Select(embedding => embedding.Vector.ToArray()));
        Assert.Equal(3, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => generator.GenerateAsync([new float[2]]));
        Assert.Contains("Vector 0 has 2 values; the model was trained on 6.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_of_texts()
    {
        string[] texts = ["one two", "two three three", "four", "one four five"];
        string path = Path.Combine(_folder, "text.zip");
        float[][] expected = Models.SaveText(path, texts);
        await using ServiceProvider services = new ServiceCollection().AddDisentangleModel(path).BuildServiceProvider();
        var generator = services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        GeneratedEmbeddings<Embedding<float>> embeddings =
            await generator.GenerateAsync(texts, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected, embeddings.Select(embedding => embedding.Vector.ToArray()));
        var vectors = services.GetRequiredService<IEmbeddingGenerator<float[], Embedding<float>>>();
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => vectors.GenerateAsync([new float[3]]));
        Assert.Contains("The model reads 0 columns of type vector of Single", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        static void Refuses(Action<ServingOptions> configure) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddDisentangleModel("model.zip", configure));
        Refuses(options => options.MaximumBatchSize = 0);
        Refuses(options => options.MaximumQueueLength = 0);
        Refuses(options => options.MaximumDelay = TimeSpan.FromSeconds(2));
        Refuses(options => options.ReloadInterval = TimeSpan.Zero);
        Refuses(options => options.ReloadInterval = TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Nulls_and_settings_out_of_range_are_refused_at_once()
    {
        var served = _services.GetRequiredService<ServedModel>();
        Assert.Throws<ArgumentNullException>(() => new ModelScorer<Row, Scored>(null!, new()));
        Assert.Throws<ArgumentNullException>(() => new ModelScorer<Row, Scored>(served, null!));
        Assert.Throws<ArgumentNullException>(() => new ModelEmbeddingGenerator<float[]>(served, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelScorer<Row, Scored>(served, new() { MaximumQueueLength = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelEmbeddingGenerator<float[]>(served, new() { MaximumBatchSize = 0 }));
        Assert.StartsWith("Row 1 (from 0) is null.",
            (await Assert.ThrowsAsync<ArgumentException>(() => Scorer.ScoreAsync([Row.Create(1)[0], null!]))).Message);
        var vectors = _services.GetRequiredService<IEmbeddingGenerator<float[], Embedding<float>>>();
        Assert.StartsWith("Row 0 (from 0) is null.",
            (await Assert.ThrowsAsync<ArgumentException>(() => vectors.GenerateAsync([null!]))).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_model_is_refused_at_the_start()
    {
        ServedModel Open(string path) =>
            new ServiceCollection().AddDisentangleModel(path).BuildServiceProvider().GetRequiredService<ServedModel>();
        Assert.Throws<FileNotFoundException>(() => Open(Path.Combine(_folder, "missing.zip")));
        string text = Path.Combine(_folder, "text.zip");
        File.WriteAllText(text, "text");
        Assert.Throws<InvalidDataException>(() => Open(text));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_a_cancelled_wait_ends()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        await using var queue = new BatchQueue<int, int>(
            new ServingOptions { MaximumQueueLength = 1, MaximumBatchSize = 1, MaximumDelay = TimeSpan.Zero },
            rows => { running.Set(); gate.Wait(); return rows; });
        using var cancel = new CancellationTokenSource();
        Task<IReadOnlyList<int>> first = queue.RunAsync([0], CancellationToken.None);
        running.Wait(TestContext.Current.CancellationToken);
        Task<IReadOnlyList<int>> second = queue.RunAsync([1], cancel.Token);
        await Assert.ThrowsAsync<ServerBusyException>(() => queue.RunAsync([2], CancellationToken.None));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.Set();
        Assert.Equal([0], await first);
    }

    private static async Task Until(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "It did not happen within 20 seconds.");
            await Task.Delay(5);
        }
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose() { }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _log.Enqueue((logLevel, formatter(state, exception)));
}
