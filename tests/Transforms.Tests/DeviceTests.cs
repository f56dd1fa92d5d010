using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>What training computes on.</summary>
public class DeviceTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData(0, false)]
    [InlineData(3, true)]
    public void The_device_learns_which_gpu_the_context_is_set_to(int? gpu, bool fallback)
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = gpu, FallbackToCpu = fallback };
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create(40));
        var asked = new List<(int?, bool)>();
        ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.Options with { Device = new Asked(asked) }).Fit(data);
        ml.Transforms.DisentangleAutoencoder("Code", "Features",
            options: new() { Network = Network.MlpAutoencoder([8], 4), Epochs = 1, Device = new Asked(asked) }).Fit(data);
        Assert.Equal([(gpu, fallback), (gpu, fallback)], asked);
    }

    private sealed record Asked(List<(int?, bool)> Calls) : Device
    {
        public override Engine CreateEngine(int threads, int seed, Action<string>? log = null) => Managed.CreateEngine(threads, seed, log);

        public override Device In(int? gpuDeviceId, bool fallbackToCpu)
        {
            Calls.Add((gpuDeviceId, fallbackToCpu));
            return this;
        }
    }
}
