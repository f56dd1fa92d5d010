using System.Diagnostics;
using Disentangle.ML.Tensors;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.TorchSharp.Tests;

public class DeviceTests
{
    [Fact]
    public void Devices_have_the_names_of_libtorch()
    {
        TorchDevice[] devices = [TorchDevice.Auto, TorchDevice.Cpu, TorchDevice.Cuda(), TorchDevice.Cuda(3)];
        Assert.Equal(["auto", "cpu", "cuda:0", "cuda:3"], devices.Select(device => device.ToString()));
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchDevice.Cuda(-1));
    }

    [Fact]
    public void Auto_takes_the_CPU_where_there_is_no_GPU_and_Cuda_says_what_is_missing()
    {
        LibTorch.Require();
        Assert.SkipWhen(global::TorchSharp.torch.cuda.is_available(), "There is a GPU here.");
        using (Engine engine = TorchDevice.Auto.CreateEngine(threads: 1, seed: 0))
        using (engine.BeginStep(training: false))
            Assert.Equal(6, engine.Sum(engine.Fill(new Shape(3), 2)).Item());
        string message = Assert.Throws<InvalidOperationException>(() => TorchDevice.Cuda().CreateEngine(threads: 1, seed: 0)).Message;
        Assert.Contains("cuda:0: libtorch finds no GPU", message);
        Assert.Contains("TorchSharp-cuda-linux", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchDevice.Cpu.CreateEngine(threads: -1, seed: 0));
    }

    [Fact]
    public void Auto_takes_a_GPU_where_there_is_one_and_Cuda_says_how_many_there_are()
    {
        LibTorch.Require();
        Assert.SkipUnless(global::TorchSharp.torch.cuda.is_available(), "There is no GPU here.");
        var log = new List<string>();
        using (Engine engine = TorchDevice.Auto.CreateEngine(threads: 1, seed: 0, log.Add))
            Assert.True(engine.HasOwnMemory);
        Assert.Equal("Training on libtorch, device cuda:0.", Assert.Single(log));
        string message = Assert.Throws<InvalidOperationException>(() => TorchDevice.Cuda(99).CreateEngine(threads: 1, seed: 0)).Message;
        Assert.Matches("^cuda:99: there (is one GPU|are [0-9]+ GPUs), number", message);
    }

    [Fact]
    public void Zero_threads_are_all_cores_whatever_was_set_before()
    {
        LibTorch.Require();
        foreach ((int threads, int expected) in new[] { (1, 1), (0, Environment.ProcessorCount) })
        {
            using Engine engine = TorchDevice.Cpu.CreateEngine(threads, seed: 0);
            Assert.Equal(expected, global::TorchSharp.torch.get_num_threads());
        }
    }

    [Fact]
    public void With_a_fallback_the_managed_engine_takes_over_and_the_log_says_so()
    {
        LibTorch.Require();
        Assert.SkipWhen(global::TorchSharp.torch.cuda.is_available(), "There is a GPU here.");
        var log = new List<string>();
        using (Engine engine = (TorchDevice.Cuda() with { FallbackToCpu = true }).CreateEngine(threads: 1, seed: 0, log.Add))
            Assert.IsType<ManagedEngine>(engine);
        Assert.Contains("libtorch finds no GPU", Assert.Single(log));

        log.Clear();
        using (Engine engine = TorchDevice.Auto.CreateEngine(threads: 1, seed: 0, log.Add))
            Assert.IsType<TorchEngine>(engine);
        Assert.Equal("Training on libtorch, device cpu.", Assert.Single(log));
    }

    [Fact]
    public void The_device_of_the_host_counts_for_Auto_alone()
    {
        Assert.Equal("cuda:2", TorchDevice.Auto.In(gpuDeviceId: 2, fallbackToCpu: false).ToString());
        Assert.Equal("auto", TorchDevice.Auto.In(gpuDeviceId: null, fallbackToCpu: false).ToString());
        Assert.Equal("cpu", TorchDevice.Cpu.In(gpuDeviceId: 2, fallbackToCpu: true).ToString());
        Assert.True(((TorchDevice)TorchDevice.Auto.In(gpuDeviceId: 2, fallbackToCpu: true)).FallbackToCpu);
        Assert.False(((TorchDevice)TorchDevice.Cuda(1).In(gpuDeviceId: 2, fallbackToCpu: true)).FallbackToCpu);
    }

    [Fact]
    public void Without_a_native_library_the_error_names_the_package()
    {
        string message = InFolderWithoutLibTorch(TestProgram.CreateEngine);
        Assert.Contains("Add the package TorchSharp-cpu 0.107.0 to the application", message);
        Assert.Contains("TorchSharp-cuda-windows 0.107.0", message);
    }

    [Fact]
    public void A_model_trained_on_libtorch_is_saved_loaded_and_scored_without_it()
    {
        LibTorch.Require();
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "model.zip");
            var ml = new MLContext(seed: 1);
            IDataView rows = ml.Data.LoadFromEnumerable(TestModel.Rows());
            ITransformer model = TestModel.Pipeline(ml, LibTorch.Device).Fit(rows);
            float[][] expected = TestModel.Embeddings(ml, model, rows);
            DisentangleModel.Save(ml, model, rows.Schema, path);

            Assert.Equal(expected, TestModel.Embeddings(ml, ml.Model.Load(path, out _), rows));
            Assert.Equal(TestModel.Text(expected), InFolderWithoutLibTorch(TestProgram.Score, path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the program on a copy of this folder that has managed assemblies alone, and gives what it writes.</summary>
    private static string InFolderWithoutLibTorch(params string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            // Without the list of dependencies, the host takes the assemblies of the folder and looks nowhere else.
            foreach (string pattern in new[] { "*.dll", "*.runtimeconfig.json" })
            {
                foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, pattern))
                    File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }
            string program = Path.Combine(folder.FullName, Path.GetFileName(typeof(TestProgram).Assembly.Location));
            var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // TorchSharp also looks for libtorch in NuGet's folder of packages.
            start.Environment["NUGET_PACKAGES"] = folder.FullName;
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{output}{errors.Result}");
            return output.Trim();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
