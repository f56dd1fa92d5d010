using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Onnx.Tests;

/// <summary>Exported files in Python and in a browser give the pipeline's numbers.</summary>
public sealed class ElsewhereTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _data;
    private readonly string _folder = Directory.CreateTempSubdirectory("onnx").FullName;

    public ElsewhereTests() => _data = _ml.Data.LoadFromEnumerable(Row.Create());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public enum Kind { Vectors, Sequences }

    [Theory]
    [InlineData(Kind.Vectors)]
    [InlineData(Kind.Sequences)]
    public async Task Python(Kind kind)
    {
        string? python = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "python3")).Where(File.Exists)
            .FirstOrDefault(program => RunPython(program, ["-c", "import onnxruntime"]).Fine);
        Assert.SkipUnless(python is not null, "No python3 on the PATH has the module onnxruntime (pip install onnxruntime).");
        await Check(kind, (exported, request) =>
        {
            string script = TestData.InRepository("tests", "Onnx.Tests", "run_onnx.py");
            (bool fine, string output) = RunPython(python!, [script, exported.Path], request);
            Assert.True(fine, output);
            return Task.FromResult(output);
        });
    }

    [Theory]
    [InlineData(Kind.Vectors)]
    [InlineData(Kind.Sequences)]
    public Task A_browser(Kind kind) => Check(kind, RunInBrowserAsync);

    private async Task Check(Kind kind, Func<ExportedFile, string, Task<string>> run)
    {
        Network network = kind == Kind.Vectors ? Network.Mlp(hidden: [16], embedding: 5) : Network.Gru(Row.StepSize, 6, 4);
        var options = new DisentangleEncoderOptions
        {
            Network = network, Epochs = 2, Seed = 1, PredictedLabelColumnName = "PredictedGroup",
        };
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", kind == Kind.Vectors ? "Features" : "Steps", "Group", options))
            .Append(_ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 3)).Fit(_data);
        using var exported = new ExportedFile(_ml, model, _data);
        ExportedFile.AssertSame(model.Transform(_data), exported.Outcome(await run(exported, exported.Request(_data))));
    }

    private static (bool Fine, string Output) RunPython(string program, string[] arguments, string input = "")
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0 ? (true, output.Result) : (false, error.Result);
    }

    private async Task<string> RunInBrowserAsync(ExportedFile exported, string request)
    {
        string package = TestData.InRepository("artifacts", "npm", "node_modules", "onnxruntime-web", "dist");
        Assert.SkipUnless(Directory.Exists(package), "The npm package onnxruntime-web is not here; ./build.sh test installs it.");
        CancellationToken token = TestContext.Current.CancellationToken;
        using var server = new HttpListener();
        string address = $"http://127.0.0.1:{FreePort()}/";
        server.Prefixes.Add(address);
        server.Start();
        using Process browser = Chromium.Start(Path.Combine(_folder, "profile"), $"{address}run_onnx.html");
        try
        {
            while (true)
            {
                HttpListenerContext context = await server.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60), token);
                string name = Path.GetFileName(context.Request.Url!.AbsolutePath);
                using HttpListenerResponse response = context.Response;
                if (name == "outcome")
                    return await new StreamReader(context.Request.InputStream).ReadToEndAsync(token);
                string path = name switch
                {
                    "model.onnx" => exported.Path,
                    "run_onnx.html" => TestData.InRepository("tests", "Onnx.Tests", name),
                    _ => Path.Combine(package, name),
                };
                response.ContentType = Path.GetExtension(name) switch
                {
                    ".mjs" => "text/javascript", ".html" => "text/html", ".wasm" => "application/wasm", _ => "application/octet-stream",
                };
                if (name == "request.json")
                    response.OutputStream.Write(System.Text.Encoding.UTF8.GetBytes(request));
                else if (File.Exists(path))
                    response.OutputStream.Write(await File.ReadAllBytesAsync(path, token));
                else
                    response.StatusCode = 404;
            }
        }
        finally
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
