using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using OpenTelemetry.Metrics;
using WebApi;

namespace Disentangle.ML.WebApi.Tests;

public sealed class WebApiTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webapi").FullName;
    private readonly WebApplicationFactory<Program> _factory;
    private readonly HttpClient _client;

    public WebApiTests()
    {
        Save("model.zip", seed: 1);
        _factory = new WebApplicationFactory<Program>()
            .WithWebHostBuilder(host => host.UseSetting("Model:Path", Path.Combine(_folder, "model.zip")));
        _client = _factory.CreateClient();
    }

    public void Dispose()
    {
        _client.Dispose();
        _factory.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Digit[] Digits(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i => new Digit
        {
            Pixels = [.. Enumerable.Range(0, Digit.Size).Select(j => j % 2 == i % 2 ? random.NextSingle() : 0)],
            Group = i % 2 == 0 ? "0-4" : "5-9",
        })];
    }

    private void Save(string name, int seed)
    {
        var options =
            new DisentangleEncoderOptions { Network = Network.Mlp([8], 3), Objective = Objective.CrossEntropy(), Epochs = 1, Seed = seed };
        Training.Save(new MLContext(seed: 1), Digits(40), options, numberOfClusters: 2, Path.Combine(_folder, name));
    }

    private static object Body(params float[][] rows) => new { rows };

    [Fact]
    public async Task Clusters_rows()
    {
        Digit[] digits = Digits(5);
        HttpResponseMessage response = await _client.PostAsJsonAsync("/cluster", Body([.. digits.Select(digit => digit.Pixels)]), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        ClusterResponse? answer = await response.Content.ReadFromJsonAsync<ClusterResponse>(Token);

        var ml = new MLContext();
        ITransformer model = ml.Model.Load(Path.Combine(_folder, "model.zip"), out _);
        Cluster[] expected =
            [.. ml.Data.CreateEnumerable<Cluster>(model.Transform(ml.Data.LoadFromEnumerable(digits)), reuseRowObject: false)];
        Assert.Equal(expected.Select(cluster => cluster.Number), answer!.Results.Select(cluster => cluster.Number));
        Assert.Equal(expected.Select(cluster => cluster.Embedding), answer.Results.Select(cluster => cluster.Embedding));
        Assert.All(answer.Results, cluster => Assert.Equal(2, cluster.Distances.Length));
    }

    [Theory]
    [InlineData("""{"rows":[]}""", "rows")]
    [InlineData("""{"rows":[[1,2]]}""", "The row has 2 values; a digit has 784.")]
    [InlineData("""{"rows":[null]}""", "rows[0]")]
    [InlineData("""{"rows":null}""", "rows")]
    [InlineData("""{"rows":[["a"]]}""", "$.rows[0][0]")]
    [InlineData("""{"rows":[[NaN]]}""", "invalid")]
    [InlineData("""{"rows":[[1]],"more":1}""", "more")]
    [InlineData("""{}""", "Expected either rows or records.")]
    [InlineData("""{"rows":[[1]],"records":[{"pixels":[1]}]}""", "Expected either rows or records.")]
    [InlineData("""{"records":[]}""", "There are 0 rows")]
    [InlineData("""{"records":[null]}""", "records[0].pixels")]
    [InlineData("""{"records":[{"pixels":[1,2]}]}""", "The row has 2 values; a digit has 784.")]
    [InlineData("""{"records":[{"Pixel":[1]}]}""", "Pixel")]
    [InlineData("""{"records":[{}]}""", "pixels")]
    [InlineData("""{"rows":[[1]""", "depth")]
    public async Task Refuses_what_is_no_request(string json, string says)
    {
        HttpResponseMessage response =
            await _client.PostAsync("/cluster", new StringContent(json, Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(400, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Contains(says, problem.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_columns_give_the_same()
    {
        float[][] rows = [.. Digits(3).Select(digit => digit.Pixels)];
        using HttpResponseMessage vectors = await _client.PostAsJsonAsync("/cluster", Body(rows), Token);
        using HttpResponseMessage named =
            await _client.PostAsJsonAsync("/cluster", new { records = rows.Select(pixels => new { pixels }) }, Token);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
        Assert.Equal(await vectors.Content.ReadAsStringAsync(Token), await named.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Refuses_more_rows_than_the_limit()
    {
        using HttpResponseMessage response =
            await _client.PostAsJsonAsync("/cluster", Body([.. Enumerable.Repeat<float[]>([], 1001)]), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("There are 1001 rows; 1 to 1000 are taken.", await response.Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_bodies_over_the_limit()
    {
        using WebApplicationFactory<Program> factory = _factory.WithWebHostBuilder(host => host.UseSetting("Limits:BodySize", "1000"));
        factory.UseKestrel(0);
        using HttpClient client = factory.CreateClient();
        using HttpResponseMessage response = await client.PostAsJsonAsync("/cluster", Body(Digits(1)[0].Pixels), Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Refuses_requests_over_the_limit_of_concurrency_but_stays_healthy()
    {
        using WebApplicationFactory<Program> factory = _factory.WithWebHostBuilder(host => host.UseSetting("Limits:Concurrency", "1"));
        // The factory's own client reads a whole body before it sends it.
        using HttpClient client = factory.Server.CreateClient();
        (Pipe body, Task<HttpResponseMessage> first) = Start();
        var status = HttpStatusCode.OK;
        for (int attempt = 0; attempt < 200 && status == HttpStatusCode.OK; attempt++)
        {
            using HttpResponseMessage second = await client.PostAsJsonAsync("/cluster", Body(Digits(1)[0].Pixels), Token);
            status = second.StatusCode;
            // The second may have come first; then the first was refused.
            if (first.IsCompleted)
                (body, first) = Start();
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", Token)).StatusCode);
        await body.Writer.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Body(Digits(1)[0].Pixels)), Token);
        await body.Writer.CompleteAsync();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);

        (Pipe, Task<HttpResponseMessage>) Start()
        {
            var unfinished = new Pipe();
            var content = new StreamContent(unfinished.Reader.AsStream());
            content.Headers.ContentType = new("application/json");
            return (unfinished, client.PostAsync("/cluster", content, Token));
        }
    }

    [Fact]
    public async Task Metrics_reach_OpenTelemetry()
    {
        var exported = new List<Metric>();
        using WebApplicationFactory<Program> factory = _factory.WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddInMemoryExporter(exported))));
        using HttpClient client = factory.CreateClient();
        (await client.PostAsJsonAsync("/cluster", Body([.. Digits(7).Select(digit => digit.Pixels)]), Token)).EnsureSuccessStatusCode();
        MeterProvider provider = factory.Services.GetRequiredService<MeterProvider>();
        // The pass is counted after its results are out.
        for (int attempt = 0; attempt < 100 && Rows() < 7; attempt++)
        {
            await Task.Delay(50, Token);
            exported.Clear();
            Assert.True(provider.ForceFlush());
        }
        Assert.True(Rows() >= 7);
        Assert.Contains(exported, metric => metric.Name == "http.server.request.duration");

        long Rows()
        {
            long sum = 0;
            foreach (Metric metric in exported.Where(metric => metric.Name == "disentangle.serving.rows"))
            {
                foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
                    sum += point.GetSumLong();
            }
            return sum;
        }
    }

    [Fact]
    public async Task Refuses_numbers_that_are_too_large()
    {
        string row = string.Join(',', Enumerable.Repeat("0", Digit.Size - 1).Append("1e39"));
        HttpResponseMessage response = await _client.PostAsync(
            "/cluster", new StringContent($$"""{"rows":[[{{row}}]]}""", Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("rows[0][783]", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_its_health_and_what_it_takes()
    {
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health/live", Token)).StatusCode);
        Assert.Contains("\"modelVersion\":1", await _client.GetStringAsync("/health/ready", Token), StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(await _client.GetStringAsync("/openapi/v1.json", Token));
        Assert.True(document.RootElement.GetProperty("paths").TryGetProperty("/cluster", out _));
    }

    [Fact]
    public async Task No_request_fails_while_the_file_is_swapped()
    {
        Save("2.zip", seed: 2);
        using var stop = new CancellationTokenSource();
        int answered = 0;
        float[][] rows = [.. Digits(4).Select(digit => digit.Pixels)];
        Task[] clients = [.. Enumerable.Range(0, 4).Select(client => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.Equal(HttpStatusCode.OK, (await _client.PostAsJsonAsync("/cluster", Body(rows[client]))).StatusCode);
                Interlocked.Increment(ref answered);
            }
        }))];
        File.Move(Path.Combine(_folder, "2.zip"), Path.Combine(_folder, "model.zip"), overwrite: true);
        while (!(await _client.GetStringAsync("/health/ready", Token)).Contains("\"modelVersion\":2", StringComparison.Ordinal))
            await Task.Delay(20, Token);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.True(answered > 10);
    }
}
