using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Disentangle.ML.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using WebApi;

// dotnet run -c Release -- model.zip [seconds] [callers] [http://localhost:5000 of a running samples/WebApi that serves the same file]
// One digit a request. The file is replaced ten times while the scorer and the service run, once by a broken one.
string path = args[0];
double seconds = args.Length > 1 ? double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20;
int callers = args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 64;
var random = new Random(1);
Digit[] digits =
    [.. Enumerable.Range(0, 100).Select(_ => new Digit { Pixels = [.. Enumerable.Range(0, Digit.Size).Select(_ => random.NextSingle())] })];
byte[] file = File.ReadAllBytes(path);

var ml = new MLContext();
ITransformer loaded = ml.Model.Load(path, out DataViewSchema schema);
using PredictionEngine<Digit, Cluster> engine = ml.Model.CreatePredictionEngine<Digit, Cluster>(loaded, schema);
var gate = new Lock();
await Measure("one PredictionEngine behind a lock", swaps: false, digit =>
{
    lock (gate)
        engine.Predict(digit);
    return Task.CompletedTask;
});

// A session serves any number of callers at once; one thread each leaves the cores to them.
string onnx = $"{path}.onnx";
ml.Model.ExportToOnnx(loaded, schema, onnx, new() { OutputColumns = ["PredictedLabel", "Score", "Embedding"] });
using (var options = new SessionOptions { IntraOpNumThreads = 1 })
using (var session = new InferenceSession(onnx, options))
using (var run = new RunOptions())
{
    string[] outputs = [.. session.OutputNames];
    await Measure("ONNX Runtime on the exported file", swaps: false, digit =>
    {
        using OrtValue pixels = OrtValue.CreateTensorValueFromMemory(digit.Pixels, [1, Digit.Size]);
        using IDisposableReadOnlyCollection<OrtValue> values = session.Run(run, ["Pixels"], [pixels], outputs);
        return Task.CompletedTask;
    });
}
File.Delete(onnx);

await using ServiceProvider services = new ServiceCollection().AddDisentangleModel(path).BuildServiceProvider();
var scorer = services.GetRequiredService<ModelScorer<Digit, Cluster>>();
await Measure("ModelScorer, file swapped", swaps: true, digit => scorer.ScoreAsync(digit));

if (args.Length > 3)
{
    using var client = new HttpClient { BaseAddress = new Uri(args[3]) };
    byte[][] bodies = [.. digits.Select(digit => JsonSerializer.SerializeToUtf8Bytes(new { rows = new[] { digit.Pixels } }))];
    await Measure("POST /cluster over loopback, file swapped", swaps: true, async digit =>
    {
        using var content = new ByteArrayContent(bodies[Array.IndexOf(digits, digit)]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await client.PostAsync("/cluster", content);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    });
}

async Task Measure(string name, bool swaps, Func<Digit, Task> request)
{
    await request(digits[0]);
    using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
    int failed = 0;
    Task<List<double>>[] clients = [.. Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
    {
        var times = new List<double>();
        for (int i = caller; !stop.IsCancellationRequested; i++)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                await request(digits[i % digits.Length]);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            catch (Exception e)
            {
                if (Interlocked.Increment(ref failed) == 1)
                    Console.Error.WriteLine(e);
            }
        }
        return times;
    }))];
    for (int swap = 1; swaps && swap <= 10; swap++)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds / 12));
        string next = $"{path}.next";
        File.WriteAllBytes(next, swap == 5 ? file[..(file.Length / 2)] : file);
        File.Move(next, path, overwrite: true);
    }
    double[] all = [.. (await Task.WhenAll(clients)).SelectMany(times => times).Order()];
    (double median, double p99) = (all[all.Length / 2], all[(int)(0.99 * all.Length)]);
    Console.WriteLine(FormattableString.Invariant(
        $"{name}: {all.Length / seconds:F0} requests/s, median {median:F1} ms, p99 {p99:F1} ms, {failed} failed"));
    // The broken file may have been the last.
    File.WriteAllBytes($"{path}.next", file);
    File.Move($"{path}.next", path, overwrite: true);
}
