using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers.Tests.Joint;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests.Training;

public class DeviceTests
{
    [Fact]
    public void An_encoder_trains_on_the_device_and_leaves_it()
    {
        var device = new CountingDevice();
        float[][] expected = Small.Train(TestRows.Blobs(60)).Weights();

        TrainingResult result = (Small with { Device = device, Threads = 2 }).Train(TestRows.Blobs(60));

        Assert.Equal((1, 2, 3), (device.Engines.Count, device.Threads, device.Seed));
        Assert.Equal(expected, result.Weights());
        AssertLeft(device, result.Encoder.Parameters);
    }

    [Fact]
    public void Joint_autoencoders_train_on_the_device_and_leave_it()
    {
        var device = new CountingDevice();
        float[][] expected = JointAutoencoderTrainer.Train(JointSetup.Data(), JointSetup.Small, seed: 0).Weights();

        JointTrainingResult result = JointAutoencoderTrainer.Train(JointSetup.Data(), JointSetup.Small with { Device = device }, seed: 0);

        Assert.Equal((1, 1, 3), (device.Engines.Count, device.Threads, device.Seed));
        Assert.Equal(expected, result.Weights());
        AssertLeft(device, result.Model.Parameters);
    }

    [Fact]
    public void Options_without_a_device_are_at_fault() =>
        Assert.Contains("Device is null", Assert.Throws<ArgumentException>((Small with { Device = null! }).Validate).Message);

    private static void AssertLeft(CountingDevice device, IReadOnlyList<Parameter> parameters)
    {
        Assert.All(parameters, parameter => Assert.IsType<ManagedEngine>(parameter.Value.Engine));
        Assert.All(parameters, parameter => Assert.NotSame(device.Engines[0], parameter.Value.Engine));
        Assert.Throws<ObjectDisposedException>(() => device.Engines[0].BeginStep(training: false));
    }

    private sealed record CountingDevice : Device
    {
        public List<Engine> Engines { get; } = [];

        public int Threads { get; private set; }

        public int Seed { get; private set; }

        public override Engine CreateEngine(int threads, int seed, Action<string>? log = null)
        {
            (Threads, Seed) = (threads, seed);
            Engines.Add(Managed.CreateEngine(threads, seed));
            return Engines[^1];
        }
    }
}
