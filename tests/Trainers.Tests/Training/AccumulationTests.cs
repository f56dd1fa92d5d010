using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests;

public class AccumulationTests
{
    public static TheoryData<string> Cases => ["cross-entropy", "reconstruction", "clipped", "streamed"];

    /// <summary>60 rows: updates of 32 and 28 rows, in batches of 16, 16, 16 and 12.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Two_batches_per_update_train_as_batches_of_twice_the_size(string name)
    {
        TestOptions options = TrainingSetup.Small with { Objective = Objective.CrossEntropy() };
        options = name switch
        {
            "reconstruction" => options with { Network = Network.MlpAutoencoder([12], 4), Objective = Objective.Reconstruction() },
            "clipped" => options with { Optimizer = new() { MaximumGradientNorm = 0.1f } },
            _ => options with { Schedule = new() { WarmupSteps = 5, Decay = LearningRateDecay.Cosine } },
        };
        RowStore rows = TestRows.Blobs(60);
        IRowSource source = name == "streamed" ? new StreamedRows(rows) : rows;
        TrainingResult expected = (options with { BatchSize = 32 }).Train(source);
        TrainingResult actual = (options with { BatchesPerUpdate = 2 }).Train(source);
        foreach ((float[] first, float[] second) in expected.Weights().Zip(actual.Weights()))
        {
            for (int i = 0; i < first.Length; i++)
                Assert.Equal(first[i], second[i], 1e-5f);
        }
        foreach ((TrainingProgress first, TrainingProgress second) in expected.History.Zip(actual.History))
        {
            Assert.Equal(first.Loss, second.Loss, 1e-4);
            Assert.Equal(first.GradientNorm, second.GradientNorm, 1e-4);
            Assert.Equal(first.LearningRate, second.LearningRate);
        }
        Assert.NotEqual(expected.Weights()[0], options.Train(source).Weights()[0]);
    }

    [Fact]
    public void Training_resumes_with_the_same_bits()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            TestOptions options = TrainingSetup.Small with { BatchesPerUpdate = 3, CheckpointPath = Path.Combine(folder, "checkpoint") };
            RowStore rows = TestRows.Blobs(60);
            float[][] expected = (options with { CheckpointPath = null }).Train(rows).Weights();
            using var source = new CancellationTokenSource();
            TestOptions interrupted = options with
            {
                Progress = progress => source.CancelAt(2, progress), CancellationToken = source.Token,
            };
            Assert.Equal(2, interrupted.Train(rows).History.Count);
            Assert.Equal(expected, options.Train(rows).Weights());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_number_of_epochs_counts_updates()
    {
        Assert.Equal((25, 100), (Epochs(batches: 1), Epochs(batches: 4)));

        static int Epochs(int batches) => (TrainingSetup.Small with { Epochs = null, BatchSize = 1, BatchesPerUpdate = batches })
            .Train(TestRows.Blobs(40)).History.Count;
    }

    [Fact]
    public void At_least_one_batch_is_needed()
    {
        string message = Assert.Throws<ArgumentException>(() => (TrainingSetup.Small with { BatchesPerUpdate = 0 }).Validate()).Message;
        Assert.Contains("BatchesPerUpdate is 0; it must be at least 1.", message);
    }
}
