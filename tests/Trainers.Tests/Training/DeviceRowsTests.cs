using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers.Tests.Joint;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>60 rows of 8 features make 4 batches an epoch.</summary>
public class DeviceRowsTests
{
    private const int RowBytes = Width * sizeof(float);
    private static readonly TestOptions Short = Small with { Epochs = 2 };

    [Fact]
    public void Rows_are_uploaded_once_where_the_device_has_memory_of_its_own()
    {
        (UploadCounter once, UploadCounter each) = (new(), new());
        TestOptions options = Short with { ValidationFraction = 0.2 };
        (RowStore rows, RowStore validation) = (TestRows.Blobs(60), TestRows.Blobs(20, seed: 2));
        TrainingResult expected = (options with { Device = each, DeviceMemoryForRows = 0 }).Train(rows, validation: validation);
        TrainingResult actual = (options with { Device = once }).Train(rows, validation: validation);

        Assert.Equal([new Shape(60, Width), new Shape(20, Width)], once.Rows);
        // 4 check for a collapsed embedding, and the second validation batch of each epoch has rows of both sources.
        Assert.Equal(4 + 2, once.Batches(Width));
        Assert.Empty(each.Rows);
        Assert.InRange(each.Batches(Width), 4 + 2 * 5, 4 + 2 * 7);
        AssertSame(expected, actual);
    }

    [Fact]
    public void Nothing_is_uploaded_ahead_on_the_processor()
    {
        var messages = new List<string>();
        EncoderTrainer.Train(new TrainingData(TestRows.Blobs(60), Width, 2), Short, seed: 0, onMessage: messages.Add);
        Assert.DoesNotContain(messages, message => message.Contains("device", StringComparison.Ordinal));
    }

    public static TheoryData<string> Batches =>
        ["labels", "two of each class", "pairs", "pairs with validation", "mean squared", "cross-entropy"];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Rows_on_the_device_give_the_same_bits(string name)
    {
        TestOptions options = name switch
        {
            "labels" => Small,
            "two of each class" => Small with { Sampling = BatchSampling.TwoOfEachClass },
            "pairs" => Small with { Objective = Objective.NeighborContrast(neighbors: 4, jitter: 0) },
            "pairs with validation" => Small with
            {
                Objective = Objective.NeighborContrast(neighbors: 4, jitter: 0), ValidationFraction = 0.2,
            },
            _ => Small with
            {
                Network = Network.MlpAutoencoder([12], 4), Scaling = FeatureScaling.MinMax, ValidationFraction = 0.2,
                Objective = Objective.Reconstruction(
                    name == "mean squared" ? ReconstructionError.MeanSquared : ReconstructionError.BinaryCrossEntropy),
            },
        };
        RowStore rows = TestRows.Blobs(60, unlabelled: true);
        TrainingResult expected = options.Train(rows);
        var messages = new List<string>();
        TrainingResult actual = EncoderTrainer.Train(
            new TrainingData(rows, Width, 2), options with { DeviceMemoryForRows = 1 << 20 }, seed: 0, onMessage: messages.Add);
        Assert.Contains(messages, message => message.StartsWith("The device holds", StringComparison.Ordinal));
        AssertSame(expected, actual);
    }

    [Theory]
    [InlineData(ReconstructionError.MeanSquared)]
    [InlineData(ReconstructionError.BinaryCrossEntropy)]
    public void A_reconstruction_uploads_the_batch_once_and_not_at_all_from_rows_on_the_device(ReconstructionError error)
    {
        foreach ((long memory, int uploads) in new[] { (0L, 2 * 4), (1L << 20, 0) })
        {
            var device = new UploadCounter();
            TestOptions options = Short with
            {
                Network = Network.MlpAutoencoder([12], 4), Objective = Objective.Reconstruction(error), Scaling = FeatureScaling.MinMax,
                Device = device, DeviceMemoryForRows = memory,
            };
            options.Train(TestRows.Blobs(60));
            // 4 check for a collapsed embedding.
            Assert.Equal(uploads + 4, device.Batches(Width));
            Assert.DoesNotContain(new Shape(16 * Width, 1), device.Constants);
        }
    }

    [Fact]
    public void Sequences_are_reconstructed_from_the_input_with_the_same_bits()
    {
        // A copy of the features instead of the input.
        TestOptions options = Short with { Network = Network.GruAutoencoder(2, 5, 3) };
        Assert.Equal(Weights(new Objective(new CopiedReconstruction())), Weights(Objective.Reconstruction(ReconstructionError.MeanSquared)));

        float[][] Weights(Objective objective) => (options with { Objective = objective }).Train(Sequences(40), width: 2).Weights();
    }

    [Theory]
    [InlineData(JointMode.Single)]
    [InlineData(JointMode.Paired)]
    [InlineData(JointMode.Joint)]
    public void Joint_autoencoders_gather_both_sets_on_the_device(JointMode mode)
    {
        JointTrainingOptions options = JointSetup.Small with { Mode = mode, Epochs = 2, ValidationFraction = 0.2 };
        float[][] expected = JointAutoencoderTrainer.Train(JointSetup.Data(), options, seed: 0).Weights();
        var messages = new List<string>();
        Assert.Equal(expected, JointAutoencoderTrainer.Train(
            JointSetup.Data(), options with { DeviceMemoryForRows = 1 << 30 }, seed: 0, onMessage: messages.Add).Weights());
        JointTrainingData data = JointSetup.Data();
        int rows = data.Primary.Count + (mode == JointMode.Single ? 0 : data.Auxiliary.Count);
        Assert.StartsWith($"The device holds {rows} rows (", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_do_not_fit_are_uploaded_batch_by_batch_and_the_log_says_so()
    {
        Assert.Equal("The device holds 60 rows (0.0 MB).", Message(Short with { DeviceMemoryForRows = 60 * RowBytes }));
        Assert.Equal("Each batch is uploaded when its step begins: they need 0.0 MB and DeviceMemoryForRows is 0.0 MB.",
            Message(Short with { DeviceMemoryForRows = 60 * RowBytes - 1 }));
        Assert.Equal("Each batch is uploaded when its step begins: the objective changes the rows of each batch at random.",
            Message(Short with { DeviceMemoryForRows = 1 << 20, Objective = Objective.NeighborContrast(neighbors: 4) }));
        Assert.Equal("Each batch is uploaded when its step begins: the rows are streamed.",
            Message(Short with { DeviceMemoryForRows = 1 << 20 }, new StreamedRows(TestRows.Blobs(60))));
        Assert.Equal("Each batch is uploaded when its step begins: sequences may differ in length.",
            Message(Short with { DeviceMemoryForRows = 1 << 20, Network = Network.Gru(2, 5, 3) }, Sequences(40), width: 2));

        static string Message(TestOptions options, IRowSource? rows = null, int width = Width)
        {
            var messages = new List<string>();
            EncoderTrainer.Train(new TrainingData(rows ?? TestRows.Blobs(60), width, 2), options, seed: 0, onMessage: messages.Add);
            return Assert.Single(messages, message => message.Contains("device", StringComparison.Ordinal)
                || message.Contains("uploaded", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_row_of_another_size_is_reported_as_without_the_device()
    {
        RowStore rows = TestRows.Blobs(60);
        rows.Add(0, Width - 1);
        string expected = Assert.Throws<ArgumentException>(() => Small.Train(rows)).Message;
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => (Small with { DeviceMemoryForRows = 1 << 20 }).Train(rows)).Message);
    }

    [Fact]
    public void A_batch_of_rows_of_two_stores_has_the_features_of_both()
    {
        using var engine = new ManagedEngine(threads: 1);
        (RowStore first, RowStore second) = (Numbered(5), Numbered(9));
        var device = new DeviceRows();
        device.Upload(engine, Small with { DeviceMemoryForRows = 1 << 20 }, [(first, 2), (second, 2)], obstacle: null, onMessage: null);
        var batch = new RowBatch(new InputShape(2, IsSequence: false), device);
        using IDisposable step = engine.BeginStep(training: false);

        batch.Add(first, 3);
        batch.Add(first, 1);
        AssertRows(3, 1);
        batch.Add(second, 8);
        AssertRows(3, 1, 8);
        batch.Add([7f, 0]);
        batch.Add(first, 2);
        AssertRows(3, 1, 8, 7, 2);
        batch.Clear();
        batch.Add(second, 6);
        AssertRows(6);

        void AssertRows(params int[] numbers)
        {
            float[] expected = [.. numbers.SelectMany(number => new float[] { number, 0 })];
            Assert.Equal(expected, batch.ToInput(engine).Values.ToArray());
            Assert.Equal(expected, batch.Values.ToArray());
        }
    }

    [Fact]
    public void A_training_resumes_where_the_rows_lie_elsewhere()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            TestOptions options = Small with { CheckpointPath = Path.Combine(folder, "checkpoint") };
            (options with { Epochs = 3 }).Train(TestRows.Blobs(60));
            TrainingResult resumed = (options with { DeviceMemoryForRows = 1 << 20, BatchesAhead = 2 }).Train(TestRows.Blobs(60));
            Assert.Equal(Small.Train(TestRows.Blobs(60)).Weights(), resumed.Weights());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Negative_settings_are_at_fault()
    {
        string message = Assert.Throws<ArgumentException>((Small with { DeviceMemoryForRows = -1, BatchesAhead = -2 }).Validate).Message;
        Assert.Contains("DeviceMemoryForRows is -1; it must be 0 (none) or more.", message, StringComparison.Ordinal);
        Assert.Contains("BatchesAhead is -2; it must be 0 (none) or more.", message, StringComparison.Ordinal);
    }

    private static void AssertSame(TrainingResult expected, TrainingResult actual)
    {
        Assert.Equal(expected.Weights(), actual.Weights());
        Assert.Equal(expected.History.Comparable(), actual.History.Comparable());
    }

    private sealed class CopiedReconstruction : ILoss
    {
        public string Name => "reconstruction";

        public LossNeeds Needs => LossNeeds.Decoder;

        public Tensor Compute(LossContext context)
        {
            Tensor output = context.Reconstruction.Output;
            return context.Engine.Mean(context.Engine.Square(output - context.Engine.Constant(output.Shape, context.Features)));
        }
    }
}
