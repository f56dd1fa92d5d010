using System.Globalization;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.TorchSharp.Tests;

/// <summary>Whether libtorch is here, and where the tests run.</summary>
internal static class LibTorch
{
    private static readonly string? Missing = Load();

    /// <summary>The CPU, or the GPU whose number the environment variable DISENTANGLE_TEST_GPU gives.</summary>
    public static TorchDevice Device { get; } = Environment.GetEnvironmentVariable("DISENTANGLE_TEST_GPU") is { Length: > 0 } number
        ? TorchDevice.Cuda(int.Parse(number, CultureInfo.InvariantCulture))
        : TorchDevice.Cpu;

    /// <summary>An engine on the device. The test is skipped where libtorch cannot be loaded.</summary>
    public static TorchEngine NewEngine(int seed = 0)
    {
        Require();
        return (TorchEngine)Device.CreateEngine(threads: 1, seed);
    }

    /// <summary>Skips the test where libtorch cannot be loaded.</summary>
    public static void Require() => Assert.SkipUnless(
        Missing is null,
        $"libtorch cannot be loaded; where libstdc++ is too old, eng/libstdcxx-shim.sh artifacts/libstdcxx helps. {Missing}");

    /// <summary>Finalises the tensors that other tests left, so that they are not counted off later.</summary>
    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static string? Load()
    {
        try
        {
            using Engine engine = TorchDevice.Cpu.CreateEngine(threads: 1, seed: 0);
            // On GPUs, convolutions and GRUs would otherwise round factors to 10 bits, and differ from the managed engine's.
            global::TorchSharp.torch.backends.cudnn.allow_tf32 = false;
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.GetBaseException().Message.Split('\n')[0];
        }
    }
}
