using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

public class StoppingTests
{
    private static readonly RowStore Validation = TestRows.Blobs(20, seed: 2);

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(10)]
    public void Cancellation_stops_within_the_batch_and_keeps_the_last_whole_epoch(int cancelledIn)
    {
        using var source = new CancellationTokenSource();
        int batches = 0;
        TestOptions options = Small with
        {
            CancellationToken = source.Token,
            Objective = Probe.With(Small.Objective, _ =>
            {
                if (++batches == cancelledIn)
                    source.Cancel();
            }),
        };
        TrainingResult result = options.Train(TestRows.Blobs(60));

        // Four batches an epoch; one that is cancelled in its last batch is whole.
        int whole = cancelledIn / 4;
        Assert.Equal(cancelledIn, batches);
        Assert.Equal((StopReason.Cancelled, whole, whole), (result.StopReason, result.History.Count, result.BestEpoch));
        Assert.Equal((Small with { Epochs = whole }).Train(TestRows.Blobs(60)).Weights(), result.Weights());
    }

    [Fact]
    public void Cancellation_keeps_the_best_epoch_where_epochs_are_compared()
    {
        using var source = new CancellationTokenSource();
        TestOptions options = Small with
        {
            CancellationToken = source.Token,
            Objective = ScriptedLoss.With(3, 1, 2, 2.5f, 2),
            EarlyStopping = new(),
            Progress = progress => source.CancelAt(4, progress),
        };
        TrainingResult result = options.Train(TestRows.Blobs(60), validation: Validation);

        Assert.Equal((StopReason.Cancelled, 4, 2), (result.StopReason, result.History.Count, result.BestEpoch));
        Assert.Equal(WeightsAfter(2, options), result.Weights());
    }

    [Fact]
    public void Cancellation_stops_validation_too_and_that_epoch_does_not_count()
    {
        using var source = new CancellationTokenSource();
        int validated = 0;
        TestOptions options = Small with
        {
            CancellationToken = source.Token,
            Objective = Probe.With(Small.Objective, context =>
            {
                if (context.Epoch == 1 && !context.Engine.IsTraining && ++validated == 2)
                    source.Cancel();
            }),
        };
        TrainingResult result = options.Train(TestRows.Blobs(60), validation: TestRows.Blobs(100, seed: 2));

        Assert.Equal(2, validated);
        Assert.Equal((StopReason.Cancelled, 1), (result.StopReason, result.History.Count));
    }

    [Fact]
    public void Cancellation_before_the_first_epoch_is_over_gives_no_result()
    {
        using var source = new CancellationTokenSource();
        TestOptions options =
            Small with { CancellationToken = source.Token, Objective = Probe.With(Small.Objective, _ => source.Cancel()) };
        Assert.Equal(source.Token, Assert.Throws<OperationCanceledException>(() => options.Train(TestRows.Blobs(60))).CancellationToken);
    }

    [Fact]
    public void Too_little_time_for_the_first_epoch_gives_no_result()
    {
        TestOptions options = Small with { MaximumTime = TimeSpan.FromTicks(1) };
        Assert.Contains("MaximumTime (00:00:00.0000001)", Assert.Throws<TimeoutException>(() => options.Train(TestRows.Blobs(60))).Message);
    }

    [Fact]
    public void Time_that_is_over_ends_training_and_counts_on_after_a_resume()
    {
        string folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
        try
        {
            int batches = 0;
            TestOptions options = Small with
            {
                CheckpointPath = Path.Combine(folder, "checkpoint"),
                Objective = Probe.With(Small.Objective, _ =>
                {
                    batches++;
                    Thread.Sleep(20);
                }),
            };
            TrainingResult first = (options with { Epochs = 1 }).Train(TestRows.Blobs(60));
            TrainingResult resumed = (options with { MaximumTime = TimeSpan.FromMilliseconds(80) }).Train(TestRows.Blobs(60));

            Assert.Equal((StopReason.MaximumTime, 1, 1), (resumed.StopReason, resumed.History.Count, resumed.BestEpoch));
            Assert.Equal(4, batches);
            Assert.Equal(first.Weights(), resumed.Weights());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static TheoryData<float[], int, double, int, int, StopReason> Scripts => new()
    {
        { [5, 4, 4.5f, 3.9f, 4, 4, 4, 1], 3, 0, 7, 4, StopReason.EarlyStopping },
        { [5, 5.01f, 1, 1, 1, 1, 1, 1], 1, 0, 2, 1, StopReason.EarlyStopping },
        { [5, 4.8f, 4.6f, 4.4f, 4.2f, 4, 3.8f, 3.6f], 3, 0.5, 8, 7, StopReason.Completed },
        { [5, 4.8f, 4.6f, 4.4f, 4.2f, 4, 3.8f, 3.6f], 2, 0.5, 3, 1, StopReason.EarlyStopping },
        { [1, 2, 3, 4, 5, 6, 7, 8], int.MaxValue, 0, 8, 1, StopReason.Completed },
        { [8, 7, 6, 5, 4, 3, 2, 1], 1, 0, 8, 8, StopReason.Completed },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void The_best_epoch_is_kept_and_patience_ends_training(float[] losses, int patience, double minimum, int epochs, int best,
        StopReason reason)
    {
        TestOptions options = Small with
        {
            Epochs = losses.Length,
            Objective = ScriptedLoss.With(losses),
            EarlyStopping = new() { Patience = patience, MinimumImprovement = minimum },
        };
        TrainingResult result = options.Train(TestRows.Blobs(60), validation: Validation);

        Assert.Equal((epochs, best, reason), (result.History.Count, result.BestEpoch, result.StopReason));
        Assert.Equal(WeightsAfter(best, options), result.Weights());
    }

    [Fact]
    public void The_result_does_the_validation_rows_as_its_best_epoch_did()
    {
        // Labels by chance: there is nothing to learn, so that validation soon gets worse.
        RowStore noise = Noise(80, seed: 3), held = Noise(60, seed: 4);
        TestOptions options =
            Small with { Objective = Objective.CrossEntropy(), Epochs = 40, LearningRate = 0.03f, EarlyStopping = new() { Patience = 5 } };
        TrainingResult result = options.Train(noise, validation: held);

        Assert.Equal(StopReason.EarlyStopping, result.StopReason);
        Assert.Equal(result.BestEpoch + 5, result.History.Count);
        Assert.Equal(result.History.Min(progress => progress.Validation!.Loss), result.History[result.BestEpoch - 1].Validation!.Loss);
        Assert.Equal(result.History[result.BestEpoch - 1].Validation!.Loss, Judge(result.Encoder, held).CrossEntropy, 1e-5);
        Assert.True(result.History[^1].Validation!.Loss > result.History[result.BestEpoch - 1].Validation!.Loss);
    }

    [Fact]
    public void Accuracy_can_be_what_is_compared()
    {
        RowStore noise = Noise(80, seed: 3), held = Noise(60, seed: 4);
        TestOptions options = Small with
        {
            Objective = Objective.CrossEntropy(),
            Epochs = 30,
            LearningRate = 0.03f,
            EarlyStopping = new() { Metric = ValidationMetric.Accuracy, Patience = int.MaxValue },
        };
        TrainingResult result = options.Train(noise, validation: held);

        double best = result.History.Max(progress => progress.Validation!.Accuracy!.Value);
        Assert.Equal(result.History.First(progress => progress.Validation!.Accuracy == best).Epoch, result.BestEpoch);
        Assert.Equal(best, Judge(result.Encoder, held).Accuracy, 1e-12);
        Assert.True(result.BestEpoch < 30);
    }

    [Fact]
    public void Accuracy_needs_a_label_among_the_validation_rows()
    {
        var unlabelled = new RowStore();
        unlabelled.Add(-1, Width);
        TestOptions options = Small with { EarlyStopping = new() { Metric = ValidationMetric.Accuracy } };
        string message = Assert.Throws<InvalidDataException>(() => options.Train(TestRows.Blobs(60), validation: unlabelled)).Message;
        Assert.Contains("no validation row has a label", message);
    }

    [Fact]
    public void Early_stopping_needs_validation_rows() => Assert.Contains("EarlyStopping needs validation rows",
        Assert.Throws<ArgumentException>(() => (Small with { EarlyStopping = new() }).Train(TestRows.Blobs(60))).Message);

    [Fact]
    public void A_gradient_that_is_not_finite_stops_training()
    {
        // The root of 0 is 0, and its slope is not finite.
        TestOptions options = Small with { Objective = Objective.CrossEntropy() + new Objective(new RootOfNothing()) };
        var exception = Assert.Throws<NonFiniteLossException>(() => options.Train(TestRows.Blobs(60)));
        Assert.StartsWith("The gradient of 1 cross-entropy + 1 root became ", exception.Message);
        Assert.Equal(1, exception.Epoch);
    }

    [Fact]
    public void A_validation_loss_that_is_not_finite_stops_training_and_is_named()
    {
        TestOptions options = Small with { Objective = ScriptedLoss.With(1, float.NaN) };
        string message = Assert.Throws<NonFiniteLossException>(() => options.Train(TestRows.Blobs(60), validation: Validation)).Message;
        Assert.StartsWith("The loss 'scripted' became NaN in epoch 2, validation batch 1.", message);
    }

    /// <summary>The weights after some epochs without any validation.</summary>
    private static float[][] WeightsAfter(int epochs, TestOptions options) =>
        (options with { Epochs = epochs, EarlyStopping = null, CancellationToken = default, Progress = null }).Train(TestRows.Blobs(60))
            .Weights();

    private static RowStore Noise(int rows, int seed)
    {
        var random = new Random(seed);
        var store = new RowStore();
        for (int i = 0; i < rows; i++)
        {
            foreach (ref float feature in store.Add(random.Next(2), Width))
                feature = random.NextSingle() - 0.5f;
        }
        return store;
    }

    private sealed class RootOfNothing : ILoss
    {
        public string Name => "root";

        public Tensors.Tensor Compute(LossContext context) => context.Engine.Sqrt(0 * context.Engine.Sum(context.Embedding.Output));
    }
}
