using System.Diagnostics;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Xunit.Runner.InProc.SystemConsole;

namespace Disentangle.ML.TorchSharp.Tests;

/// <summary>
/// The test runner that xunit would have generated. Where build.sh has made a libstdc++ for libtorch, it runs in a child process that finds
/// it: the loader reads LD_LIBRARY_PATH only when a process starts.
/// </summary>
public static class TestProgram
{
    internal const string CreateEngine = "create-engine";
    internal const string Score = "score";
    private const string LibraryPath = "LD_LIBRARY_PATH";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is [CreateEngine])
            return PrintEngineError();
        if (arguments is [Score, var model])
            return PrintEmbeddings(model);
        string shim = TestData.InRepository("artifacts", "libstdcxx");
        string? path = Environment.GetEnvironmentVariable(LibraryPath);
        if (!Directory.Exists(shim) || path?.Split(':').Contains(shim) == true)
            return await ConsoleRunner.Run(arguments);

        // The child takes over the standard streams, by which the test platform talks to this process.
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(TestProgram).Assembly.Location, .. arguments]);
        start.Environment[LibraryPath] = path is null ? shim : $"{shim}:{path}";
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static int PrintEngineError()
    {
        try
        {
            using Engine engine = TorchDevice.Cpu.CreateEngine(threads: 1, seed: 0);
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message);
        }
        return 0;
    }

    private static int PrintEmbeddings(string path)
    {
        var ml = new MLContext();
        ITransformer model = ml.Model.Load(path, out _);
        Console.WriteLine(TestModel.Text(TestModel.Embeddings(ml, model, ml.Data.LoadFromEnumerable(TestModel.Rows()))));
        return 0;
    }
}
