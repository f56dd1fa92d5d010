using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Trainers.Tests;
using Disentangle.ML.Trainers.Tests.Joint;
using Tensor = TorchSharp.torch.Tensor;

namespace Disentangle.ML.TorchSharp.Tests;

/// <summary>Where rows lie and when batches are prepared changes no bit of a result.</summary>
public class UploadTests
{
    private static readonly TestOptions Small = TrainingSetup.Small with { Epochs = 4, ValidationFraction = 0.2 };

    public static TheoryData<string, bool> Cases =>
        [.. from name in (string[])["labels", "autoencoder", "pairs", "default", "stream", "sequences"]
            from torch in (bool[])[false, true]
            select new TheoryDataRow<string, bool>(name, torch)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Encoders_are_the_same_with_and_without_each_option(string name, bool torch)
    {
        TestOptions options = name switch
        {
            "autoencoder" => Small with { Network = Network.MlpAutoencoder([12], 4), Objective = Objective.Reconstruction() },
            "pairs" => Small with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 4, jitter: 0) },
            "default" => Small with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 4) },
            "sequences" => Small with { Network = Network.GruAutoencoder(2, 5, 3), Objective = Objective.Reconstruction() },
            _ => Small,
        } with
        { Device = DeviceOf(torch) };
        (RowStore rows, int width) = name == "sequences"
            ? (TrainingSetup.Sequences(60), 2)
            : (TestRows.Blobs(60, unlabelled: true), TrainingSetup.Width);
        bool fits = name is "labels" or "autoencoder" or "pairs";

        AssertSame(options, changed =>
        {
            TrainingResult result = changed.Train(Source(), width: width);
            return (result.Weights(), result.History);
        });
        var messages = new List<string>();
        options = options with { Epochs = 1, DeviceMemoryForRows = 1 << 20 };
        EncoderTrainer.Train(new TrainingData(Source(), width, 2), options, seed: 0, onMessage: messages.Add);
        Assert.Contains(messages, message => message.StartsWith(
            fits ? "The device holds" : "Each batch is uploaded when its step begins", StringComparison.Ordinal));

        IRowSource Source() => name == "stream" ? new StreamedRows(rows) : rows;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Joint_autoencoders_are_the_same_with_and_without_each_option(bool torch)
    {
        JointTrainingOptions options = JointSetup.Small with { Epochs = 2, ValidationFraction = 0.2, Device = DeviceOf(torch) };
        AssertSame(options, changed =>
        {
            JointTrainingResult result = JointAutoencoderTrainer.Train(JointSetup.Data(), changed, seed: 0);
            return (result.Weights(), result.History);
        });
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1 << 20, null)]
    [InlineData(null, 2)]
    public void Training_leaves_no_tensors_behind(int? memory, int? ahead)
    {
        LibTorch.Require();
        TestOptions options = Small with
        {
            Network = Network.MlpAutoencoder([12], 4), Objective = Objective.Reconstruction(), Device = LibTorch.Device,
            DeviceMemoryForRows = memory, BatchesAhead = ahead,
        };
        long before = Live();
        var live = new List<long>();
        options = options with { Progress = _ => live.Add(Live()) };
        options.Train(TestRows.Blobs(60));
        Assert.Equal(before, Live());
        Assert.Equal(4, live.Count);
        Assert.All(live, count => Assert.Equal(live[0], count));

        static long Live()
        {
            LibTorch.Collect();
            return Tensor.TotalCount;
        }
    }

    private static Device DeviceOf(bool torch)
    {
        if (torch)
            LibTorch.Require();
        return torch ? LibTorch.Device : Device.Managed;
    }

    private static void AssertSame<TOptions>(
        TOptions options, Func<TOptions, (float[][] Weights, IReadOnlyList<TrainingProgress> History)> train)
        where TOptions : TrainingOptions
    {
        (float[][] weights, IReadOnlyList<TrainingProgress> history) = train(options);
        foreach ((long? memory, int? ahead) in new (long?, int?)[] { (1 << 20, null), (null, 1), (1 << 20, 2), (0, 0) })
        {
            var actual = train((TOptions)(options with { DeviceMemoryForRows = memory, BatchesAhead = ahead }));
            Assert.Equal(weights, actual.Weights);
            Assert.Equal(history.Comparable(), actual.History.Comparable());
        }
    }
}
