using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disentangle-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Checkpoint => Path.Combine(_folder, "training.checkpoint");

    private static readonly Dictionary<string, (TestOptions Options, Func<IRowSource> Rows, int Width)> Trainings = new()
    {
        ["plain"] = (Small, () => TestRows.Blobs(60), Width),
        ["dropout of a text cnn"] = (
            Small with { Network = Network.TextCnn(2, 4) with { Filters = 6, Widths = [1, 2], Dropout = 0.5f } }, () => Sequences(60), 2),
        ["dropout of a cnn"] = (
            Small with { Network = Network.Cnn(new ImageSize(4, 2), [new(3)], [6], 4) with { Dropout = 0.3f } }, () =>
                TestRows.Blobs(60), Width),
        ["gru"] = (Small with { Network = Network.Gru(2, 6, 4) }, () => Sequences(60), 2),
        ["center loss"] = (Small with { Objective = Objective.Center(lambda: 1) }, () => TestRows.Blobs(60, unlabelled: true), Width),
        ["learned gamma"] = (Small with { Objective = Objective.GaussianCorel(learnGamma: true) }, () => TestRows.Blobs(60), Width),
        ["annealed autoencoder"] = (
            Small with
            {
                Network = Network.MlpAutoencoder([12], 4),
                Objective = Objective.Reconstruction(ReconstructionError.MeanSquared) + Objective.SoftNearestNeighbor(weight: 1),
                Optimizer = new AdamOptions { WeightDecay = 0.1f, MaximumGradientNorm = 0.5f },
            },
            () => TestRows.Blobs(60), Width),
        ["early stopping"] = (
            Small with { ValidationFraction = 0.3, EarlyStopping = new() { Patience = 5 } }, () => TestRows.Blobs(60), Width),
        ["warm-up and cosine"] = (
            Small with { Schedule = new() { Decay = LearningRateDecay.Cosine, WarmupSteps = 14 } }, () => TestRows.Blobs(60), Width),
        ["neighbours"] = (
            Small with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 4, view: Views.Noise()),
                Scaling = FeatureScaling.Auto },
            () => TestRows.Blobs(60, unlabelled: true), Width),
        ["neighbours, early stopping"] = (
            Small with
            {
                Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 4),
                ValidationFraction = 0.3, EarlyStopping = new() { Patience = 5 },
            },
            () => TestRows.Blobs(60), Width),
        ["sampler"] =
            (Small with { Sampling = BatchSampling.TwoOfEachClass, BatchSize = 5 }, () => TestRows.Blobs(60, unlabelled: true), Width),
        ["streamed, straight line"] = (
            Small with { ShufflePoolSize = 20, Schedule = new() { Decay = LearningRateDecay.Linear } }, () =>
                new StreamedRows(TestRows.Blobs(60)), Width),
    };

    public static TheoryData<string> Cases => [.. Trainings.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_resumed_training_gives_the_bits_of_one_without_interruption(string name)
    {
        (TestOptions options, Func<IRowSource> rows, int width) = Trainings[name];
        TrainingResult whole = Hooked(options, _ => { }).Train(rows(), width: width);

        using var source = new CancellationTokenSource();
        int batch = 0;
        TestOptions interrupted = Hooked(options, context =>
        {
            if (context.Epoch == 3 && context.Engine.IsTraining && ++batch == 2)
                source.Cancel();
        });
        TrainingResult first = (interrupted with { CheckpointPath = Checkpoint, CancellationToken = source.Token })
            .Train(rows(), width: width);
        Assert.Equal((StopReason.Cancelled, 3), (first.StopReason, first.History.Count));

        TrainingResult resumed = (Hooked(options, _ => { }) with { CheckpointPath = Checkpoint }).Train(rows(), width: width);
        Assert.Equal(StopReason.Completed, resumed.StopReason);
        Assert.Equal(whole.Weights(), resumed.Weights());
        Assert.Equal(whole.History.Comparable(), resumed.History.Comparable());
        Assert.Equal(whole.BestEpoch, resumed.BestEpoch);
        Assert.NotEqual(first.Weights(), resumed.Weights());
    }

    [Fact]
    public void The_seed_of_the_checkpoint_counts_where_the_options_have_none()
    {
        TestOptions options = Small with { Seed = null };
        TrainingResult whole = options.Train(TestRows.Blobs(60), seed: 1);
        (options with { Epochs = 2, CheckpointPath = Checkpoint }).Train(TestRows.Blobs(60), seed: 1);
        TrainingResult resumed = (options with { CheckpointPath = Checkpoint }).Train(TestRows.Blobs(60), seed: 2);

        Assert.Equal(whole.Weights(), resumed.Weights());
    }

    [Fact]
    public void The_patience_of_early_stopping_goes_on_counting()
    {
        float[] losses = [3, 2, 2.5f, 2.4f, 2.3f, 1];
        using var source = new CancellationTokenSource();
        RowStore rows = TestRows.Blobs(60), validation = TestRows.Blobs(10, seed: 2);
        TestOptions scripted = Small with { EarlyStopping = new() { Patience = 3 }, Objective = ScriptedLoss.With(losses) };
        (scripted with { CheckpointPath = Checkpoint, CancellationToken = source.Token,
            Progress = progress => source.CancelAt(4, progress) })
            .Train(rows, validation: validation);
        TrainingResult resumed = (scripted with { CheckpointPath = Checkpoint }).Train(rows, validation: validation);

        Assert.Equal((StopReason.EarlyStopping, 5, 2), (resumed.StopReason, resumed.History.Count, resumed.BestEpoch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_finished_checkpoint_is_the_result_at_once(bool stopsEarly)
    {
        int batches = 0;
        TestOptions options = Hooked(Small, _ => batches++) with
        {
            CheckpointPath = Checkpoint,
            ValidationFraction = 0.2,
            EarlyStopping = stopsEarly ? new() { Patience = 2, MinimumImprovement = 1e6 } : null,
        };
        TrainingResult first = options.Train(TestRows.Blobs(60));
        batches = 0;
        TrainingResult again = options.Train(TestRows.Blobs(60));

        Assert.Equal(0, batches);
        Assert.Equal(stopsEarly ? (StopReason.EarlyStopping, 3, 1) : (StopReason.Completed, 6, 6),
            (again.StopReason, again.History.Count, again.BestEpoch));
        Assert.Equal(first.Weights(), again.Weights());
        Assert.Equal(first.History.Comparable(), again.History.Comparable());
    }

    [Fact]
    public void More_epochs_may_be_asked_for_later()
    {
        (Small with { CheckpointPath = Checkpoint, Epochs = 4 }).Train(TestRows.Blobs(60));
        Assert.Equal(Small.Train(TestRows.Blobs(60)).Weights(), (Small with { CheckpointPath = Checkpoint }).Train(TestRows.Blobs(60))
            .Weights());
    }

    [Fact]
    public void A_training_that_is_another_one_is_refused()
    {
        TestOptions options = Small with { CheckpointPath = Checkpoint };
        options.Train(TestRows.Blobs(60));
        byte[] bytes = File.ReadAllBytes(Checkpoint);

        void Refuses(string why, TestOptions other, RowStore rows) =>
            Assert.Contains($"belongs to a training {why}", Assert.Throws<InvalidDataException>(() => other.Train(rows)).Message);
        Refuses("on other data", options, TestRows.Blobs(60, seed: 2));
        Refuses("on other data", options, TestRows.Blobs(59));
        Refuses("on other data", options, TestRows.Blobs(60, unlabelled: true));
        Refuses("with other settings", options with { LearningRate = 0.02f }, TestRows.Blobs(60));
        Refuses("with other settings", options with { Seed = 4 }, TestRows.Blobs(60));
        Refuses("with other settings", options with { Network = Network.Mlp([12], 5) }, TestRows.Blobs(60));
        Refuses("with other settings", options with { Objective = Objective.CrossEntropy() + Objective.RowMargin(margin: 6) },
            TestRows.Blobs(60));
        Refuses("of 6 epochs, more than the 5", options with { Epochs = 5 }, TestRows.Blobs(60));
        Assert.Equal(bytes, File.ReadAllBytes(Checkpoint));
    }

    [Fact]
    public void Other_validation_rows_are_another_training()
    {
        TestOptions options = Small with { CheckpointPath = Checkpoint };
        RowStore validation = TestRows.Blobs(10, seed: 2);
        options.Train(TestRows.Blobs(60), validation: validation);
        foreach (RowStore? other in new[] { TestRows.Blobs(10, seed: 3), TestRows.Blobs(9, seed: 2), null })
        {
            Assert.Contains("belongs to a training with other validation rows",
                Assert.Throws<InvalidDataException>(() => options.Train(TestRows.Blobs(60), validation: other)).Message);
        }
        Assert.Contains("on other data",
            Assert.Throws<InvalidDataException>(() => options.Train(TestRows.Blobs(59), validation: validation)).Message);
        options.Train(TestRows.Blobs(60), validation: validation);
    }

    /// <summary>Settings that did not exist when the checkpoint was written count as if they had their defaults.</summary>
    [Theory]
    [InlineData("\"BatchesPerUpdate\":1,", true)]
    [InlineData("\"FrozenLayers\":0,", true)]
    [InlineData("\"LearningRate\":0.01,", false)]
    public void A_checkpoint_written_before_a_setting_existed_resumes(string setting, bool isDefault)
    {
        TestOptions options = Small with
        {
            CheckpointPath = Checkpoint, Epochs = 3, LearningRate = 0.01f,
            Objective = Objective.CrossEntropy() + new Objective(new OwnLoss(0.5f)),
        };
        options.Train(TestRows.Blobs(60));
        byte[] bytes = File.ReadAllBytes(Checkpoint);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        JsonObject header = JsonNode.Parse(bytes.AsSpan(12, length))!.AsObject();
        var settings = (string)header["Settings"]!;
        Assert.Contains(setting, settings);
        header["Settings"] = settings.Replace(setting, "", StringComparison.Ordinal);
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] body = [.. bytes[..8], .. BitConverter.GetBytes(text.Length), .. text, .. bytes[(12 + length)..^32]];
        File.WriteAllBytes(Checkpoint, [.. body, .. SHA256.HashData(body)]);

        if (isDefault)
        {
            Assert.Equal((options with { CheckpointPath = null, Epochs = 6 }).Train(TestRows.Blobs(60)).Weights(),
                (options with { Epochs = 6 }).Train(TestRows.Blobs(60)).Weights());
        }
        else
        {
            Assert.Contains("with other settings",
                Assert.Throws<InvalidDataException>(() => options.Train(TestRows.Blobs(60))).Message);
        }
    }

    [Fact]
    public void Other_settings_of_losses_and_views_of_ones_own_are_another_training()
    {
        TestOptions With(float factor, float shift) => Small with
        {
            CheckpointPath = Checkpoint,
            Objective = Objective.CrossEntropy() + new Objective(new OwnLoss(factor))
                + Objective.NeighborContrast(neighbors: 4, view: new OwnView(shift)),
        };
        With(0.5f, 0.25f).Train(TestRows.Blobs(60));
        foreach (TestOptions other in new[] { With(0.25f, 0.25f), With(0.5f, 0.5f) })
            Assert.Contains("with other settings", Assert.Throws<InvalidDataException>(() => other.Train(TestRows.Blobs(60))).Message);
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            With(0.5f, 0.25f).Train(TestRows.Blobs(60));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_made_up_checkpoint_with_the_right_checksum_is_refused_or_read()
    {
        TestOptions options = Small with
        {
            CheckpointPath = Checkpoint, Epochs = 2, ValidationFraction = 0.2, EarlyStopping = new(), Objective = Objective.Center(),
        };
        string[] values =
            ["null", "-1", "0", "7", "2000000000", "1e300", "\"x\"", "[]", "[null]", "[-1]", "[2000000000, 2000000000]", "{}"];
        options.Train(TestRows.Blobs(60));
        byte[] bytes = File.ReadAllBytes(Checkpoint);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        JsonObject header = JsonNode.Parse(bytes.AsSpan(12, length))!.AsObject();
        byte[] arrays = bytes[(12 + length)..^32];
        int refused = 0;

        foreach (string name in header.Select(property => property.Key).ToArray())
        {
            foreach (string value in values)
            {
                JsonObject changed = header.DeepClone().AsObject();
                changed[name] = JsonNode.Parse(value);
                Check(Encoding.UTF8.GetBytes(changed.ToJsonString()), arrays, $"{name} = {value}");
            }
        }
        Check("null"u8.ToArray(), arrays, "null");
        Check("{}"u8.ToArray(), arrays, "{}");
        Check([], [], "empty");
        Check(bytes[12..(12 + length)], arrays[..^4], "an array cut off");
        Check(bytes[12..(12 + length)], [.. arrays, 0, 0, 0, 0], "an array too long");
        foreach (int wrong in new[] { -1, int.MinValue, int.MaxValue, length + arrays.Length + 1 })
            Check(bytes[12..(12 + length)], arrays, $"a header of length {wrong}", wrong);
        Assert.InRange(refused, 60, int.MaxValue);

        void Check(byte[] text, byte[] rest, string change, int? lengthToldInstead = null)
        {
            byte[] body = [.. bytes[..8], .. BitConverter.GetBytes(lengthToldInstead ?? text.Length), .. text, .. rest];
            File.WriteAllBytes(Checkpoint, [.. body, .. SHA256.HashData(body)]);
            Exception? thrown = Record.Exception(() => options.Train(TestRows.Blobs(60)));
            Assert.True(thrown is null or InvalidDataException, $"{change}: {thrown}");
            refused += thrown is null ? 0 : 1;
        }
    }

    [Fact]
    public void Other_epochs_are_another_training_where_the_learning_rate_depends_on_them()
    {
        TestOptions options = Small with { CheckpointPath = Checkpoint, Schedule = new() { Decay = LearningRateDecay.Cosine } };
        options.Train(TestRows.Blobs(60));
        Assert.Contains("with other settings",
            Assert.Throws<InvalidDataException>(() => (options with { Epochs = 9 }).Train(TestRows.Blobs(60))).Message);
    }

    [Fact]
    public void A_damaged_foreign_or_newer_file_is_refused_and_named()
    {
        TestOptions options = Small with { CheckpointPath = Checkpoint, Epochs = 1 };
        options.Train(TestRows.Blobs(60));
        byte[] bytes = File.ReadAllBytes(Checkpoint);

        void Refuses(string message, byte[] changed)
        {
            File.WriteAllBytes(Checkpoint, changed);
            string actual = Assert.Throws<InvalidDataException>(() => options.Train(TestRows.Blobs(60))).Message;
            Assert.Contains(message, actual);
            Assert.Contains(Checkpoint, actual);
            Assert.Equal(changed, File.ReadAllBytes(Checkpoint));
        }
        Refuses("is damaged", bytes[..^1]);
        Refuses("is damaged", bytes[..(bytes.Length / 2)]);
        Refuses("is damaged", bytes[..10]);
        for (int i = 8; i < bytes.Length; i += 499)
        {
            byte[] altered = [.. bytes];
            altered[i] ^= 4;
            Refuses("is damaged", altered);
        }
        Refuses("is not a checkpoint", []);
        Refuses("is not a checkpoint", "something else that is long enough to be a checkpoint"u8.ToArray());

        byte[] newer = [.. bytes];
        BinaryPrimitives.WriteInt32LittleEndian(newer.AsSpan(4), 2);
        SHA256.HashData(newer.AsSpan(0, newer.Length - 32)).CopyTo(newer, newer.Length - 32);
        Refuses("has format 2; this version of Disentangle.ML reads format 1", newer);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file_and_nothing_else()
    {
        string kept = Path.Combine(_folder, "kept");
        TestOptions options = Small with { CheckpointPath = Checkpoint };
        TestOptions failing = options with
        {
            Progress = progress =>
            {
                // A folder stands where the file is to be: the save of epoch 3 fails at its last step.
                if (progress.Epoch == 2)
                {
                    File.Move(Checkpoint, kept);
                    Directory.CreateDirectory(Checkpoint);
                }
            },
        };
        Assert.ThrowsAny<Exception>(() => failing.Train(TestRows.Blobs(60)));
        Assert.Equal([kept], Directory.GetFiles(_folder));

        Directory.Delete(Checkpoint);
        File.Move(kept, Checkpoint);
        Assert.Equal(Small.Train(TestRows.Blobs(60)).Weights(), options.Train(TestRows.Blobs(60)).Weights());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_before_training()
    {
        string path = Path.Combine(_folder, "absent", "training.checkpoint");
        TestOptions options = Hooked(Small, _ => Assert.Fail("It trained.")) with { CheckpointPath = path };
        Assert.Contains(path, Assert.Throws<DirectoryNotFoundException>(() => options.Train(TestRows.Blobs(60))).Message);
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_told_before_training()
    {
        Assert.SkipUnless(Directory.Exists("/proc"), "There is no folder here that takes no files.");
        TestOptions options = Hooked(Small, _ => Assert.Fail("It trained."));
        foreach (string path in new[] { "/proc/training.checkpoint", _folder })
        {
            string message = Assert.ThrowsAny<IOException>(() => (options with { CheckpointPath = path }).Train(TestRows.Blobs(60)))
                .Message;
            Assert.StartsWith($"The checkpoint '{path}' cannot be written: ", message, StringComparison.Ordinal);
        }
    }

    private sealed record OwnLoss(float Factor) : ILoss
    {
        public string Name => "own";

        public Tensor Compute(LossContext context) => Factor * context.Engine.Mean(context.Embedding.Output);
    }

    private sealed record OwnView(float Shift) : IRowView
    {
        public float[] Change(ReadOnlySpan<float> row, Random random) => [.. row.ToArray().Select(value => value + Shift)];
    }

    private static TestOptions Hooked(TestOptions options, Action<LossContext> met) =>
        options with { Objective = Probe.With(options.Objective, met) };
}
