using System.Text.Json;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Xunit.Sdk;

namespace Disentangle.ML.Trainers.Tests;

public class EncoderTrainerTests
{
    private static readonly TestOptions Small =
        new() { Network = Network.Mlp([16], 4), Epochs = 4, BatchSize = 16, LearningRate = 0.01f, Seed = 3, Threads = 1 };

    public static TheoryData<int> Cases => [0, 1];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Follows_PyTorch_step_by_step(int number)
    {
        // Made by tests/reference/trainers.py.
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference", "trainers.json")));
        JsonElement reference = file.RootElement.GetProperty("cases")[number];
        int[] labels = Read<int[]>("labels");
        float[][] features = Read<float[][]>("features");
        var rows = new RowStore();
        for (int i = 0; i < labels.Length; i++)
            features[i].CopyTo(rows.Add(labels[i], features[i].Length));

        using var engine = new ManagedEngine(threads: 1);
        var encoder = new Encoder(engine, Network.Mlp([5], 4), features[0].Length, Read<int>("classes"));
        float[][] before = Read<float[][]>("before"), after = Read<float[][]>("after");
        for (int i = 0; i < before.Length; i++)
            engine.SetValues(encoder.Parameters[i], before[i]);
        var options = new TestOptions
        {
            Objective = Objective.CrossEntropy() + Objective.RowMargin(Read<float>("weight"), Read<float>("margin")),
            Epochs = Read<int>("steps"),
            BatchSize = labels.Length,
            LearningRate = Read<float>("learningRate"),
        };
        IReadOnlyList<TrainingProgress> history = EncoderTrainer.Train(engine, encoder,
            new TrainingData(rows, features[0].Length, Read<int>("classes")), options, seed: 0).History;

        double[] crossEntropy = Read<double[]>("crossEntropy"), rowMargin = Read<double[]>("rowMargin");
        for (int step = 0; step < options.Epochs; step++)
        {
            AssertClose(crossEntropy[step], history[step].Terms["cross-entropy"], 1e-4);
            AssertClose(rowMargin[step], history[step].Terms["row margin"], 1e-4);
            AssertClose(crossEntropy[step] + Read<double>("weight") * rowMargin[step], history[step].Loss, 1e-4);
        }
        for (int i = 0; i < after.Length; i++)
        {
            float[] values = encoder.Parameters[i].Value.ToArray();
            for (int j = 0; j < values.Length; j++)
                AssertClose(after[i][j], values[j], 1e-3);
        }

        T Read<T>(string name) => reference.GetProperty(name).Deserialize<T>()!;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Learns_separated_classes(int classes)
    {
        RowStore rows = TestRows.Blobs(300, classes, unlabelled: true);
        (Encoder encoder, IReadOnlyList<TrainingProgress> history, _, _) =
            EncoderTrainer.Train(new TrainingData(rows, 8, classes), Small with { Epochs = 20 }, seed: 0);

        Assert.Equal(20, history.Count);
        Assert.True(history[^1].Terms["cross-entropy"] < 0.1 * history[0].Terms["cross-entropy"]);
        (_, float[] probabilities) = Encode(encoder, TestRows.Blobs(60, classes, seed: 9));
        for (int i = 0; i < 60; i++)
        {
            float[] row = probabilities[(i * classes)..((i + 1) * classes)];
            Assert.Equal(1, row.Sum(), 1e-5);
            Assert.Equal(i % classes, Array.IndexOf(row, row.Max()));
        }
    }

    [Fact]
    public void Same_seed_gives_the_same_bits_whatever_the_threads()
    {
        RowStore rows = TestRows.Blobs(200, width: 40);
        float[][] Weights(TestOptions options) => [.. EncoderTrainer.Train(new TrainingData(rows, 40, 2), options,
            seed: 0).Encoder.Parameters.Select(parameter => parameter.Value.ToArray())];
        float[][] one = Weights(Small);

        Assert.Equal(one, Weights(Small));
        Assert.Equal(one, Weights(Small with { Threads = 2 }));
        Assert.Equal(one, Weights(Small with { Threads = 3 }));
        Assert.NotEqual(one, Weights(Small with { Seed = 4 }));
    }

    [Fact]
    public void The_seed_argument_counts_where_the_options_have_none()
    {
        RowStore rows = TestRows.Blobs(40);
        float[] Weights(int? inOptions, int argument) =>
            EncoderTrainer.Train(new TrainingData(rows, 8, 2), Small with { Seed = inOptions },
                argument).Encoder.Parameters[0].Value.ToArray();

        Assert.Equal(Weights(5, 1), Weights(null, 5));
        Assert.NotEqual(Weights(null, 1), Weights(null, 5));
    }

    [Fact]
    public void A_row_is_encoded_alike_alone_and_among_others()
    {
        RowStore rows = TestRows.Blobs(100, 3, width: 37);
        Encoder encoder =
            EncoderTrainer.Train(new TrainingData(rows, 37, 3), Small with { Network = Network.Mlp([33, 17], 5) }, seed: 0).Encoder;
        (float[] together, float[] probabilities) = Encode(encoder, rows);

        using var session = new EncoderSession(encoder);
        var embedding = new float[5];
        var probability = new float[3];
        for (int i = 0; i < rows.Count; i++)
        {
            session.Encode(rows.Features(i), embedding, probability);
            Assert.Equal(together[(i * 5)..((i + 1) * 5)], embedding);
            Assert.Equal(probabilities[(i * 3)..((i + 1) * 3)], probability);
        }
    }

    [Fact]
    public void Unlabelled_rows_carry_no_classification_loss()
    {
        RowStore labelled = TestRows.Blobs(32);
        RowStore withMore = TestRows.Blobs(32);
        for (int i = 0; i < 32; i++)
            withMore.Add(-1, 8).Fill(i);

        TestOptions wholeBatch = Small with { Objective = Objective.CrossEntropy(), BatchSize = 64 };
        double Loss(RowStore rows) => EncoderTrainer.Train(new TrainingData(rows, 8, 2), wholeBatch, seed: 0).History[^1].Loss;
        AssertClose(Loss(labelled), Loss(withMore), 1e-5);
    }

    [Fact]
    public void A_custom_loss_is_trained_with_and_named_in_the_history()
    {
        Objective objective = Objective.CrossEntropy() + 10 * new Objective(new EmbeddingSize());
        var history = EncoderTrainer.Train(new TrainingData(TestRows.Blobs(64), 8, 2), Small with { Objective = objective, Epochs = 10 },
            seed: 0).History;

        Assert.Equal(["cross-entropy", "embedding size"], history[0].Terms.Keys);
        Assert.True(history[^1].Terms["embedding size"] < history[0].Terms["embedding size"]);
        AssertClose(history[0].Terms["cross-entropy"] + 10 * history[0].Terms["embedding size"], history[0].Loss, 1e-5);
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_training_and_is_named()
    {
        Objective objective = Objective.CrossEntropy() + new Objective(new NotANumber());
        var exception = Assert.Throws<NonFiniteLossException>(() => EncoderTrainer.Train(new TrainingData(TestRows.Blobs(64), 8, 2),
            Small with { Objective = objective }, seed: 0));

        Assert.Equal("broken", exception.Term);
        Assert.Equal(1, exception.Epoch);
        Assert.Contains("'broken'", exception.Message);
    }

    [Fact]
    public void Cancellation_stops_within_a_batch()
    {
        using var source = new CancellationTokenSource();
        int epochs = 0;
        var options = Small with { Epochs = 1000, CancellationToken = source.Token,
            Progress = progress => { epochs = progress.Epoch; source.Cancel(); } };

        TrainingResult result = EncoderTrainer.Train(new TrainingData(TestRows.Blobs(64), 8, 2), options, seed: 0);
        Assert.Equal((1, 1, StopReason.Cancelled), (epochs, result.History.Count, result.StopReason));

        Assert.Throws<OperationCanceledException>(() => EncoderTrainer.Train(new TrainingData(TestRows.Blobs(64), 8, 2), options, seed: 0));
    }

    [Fact]
    public void One_message_lists_every_fault_of_the_options()
    {
        var options = new TestOptions
        {
            Network = Network.Mlp([0], 0),
            Objective = Objective.CrossEntropy(weight: -1) + Objective.RowMargin(weight: float.NaN, margin: 0) + Objective.CrossEntropy(),
            Epochs = 0,
            BatchSize = 0,
            LearningRate = -1,
            Threads = -1,
        };
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;

        foreach (string part in new[]
        {
            "Epochs is 0", "BatchSize is 0", "LearningRate is -1", "Threads is -1", "Network.Hidden is [0]", "Network.Embedding is 0",
                "weight of cross-entropy is -1",
            "weight of row margin is NaN", "margin of row margin is 0", "2 terms named 'cross-entropy'",
        })
        {
            Assert.Contains(part, message);
        }
    }

    [Theory]
    [InlineData(-0.5f, 5, "weight of row margin is -0.5; it must be 0 or more")]
    [InlineData(1, -2, "margin of row margin is -2; it must be greater than 0")]
    [InlineData(1, float.NaN, "margin of row margin is NaN")]
    public void A_single_fault_is_the_whole_message(float weight, float margin, string expected)
    {
        var options = new TestOptions { Objective = Objective.CrossEntropy() + Objective.RowMargin(weight, margin) };
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain(Environment.NewLine, message);
    }

    [Fact]
    public void There_must_be_rows() =>
        Assert.Contains("There are no training rows.",
            Assert.Throws<InvalidDataException>(() => EncoderTrainer.Train(new TrainingData(new RowStore(), 3, 2), Small,
            seed: 0)).Message);

    private static (float[] Embeddings, float[] Probabilities) Encode(Encoder encoder, RowStore rows)
    {
        var batch = new RowBatch(encoder.Input);
        for (int i = 0; i < rows.Count; i++)
            batch.Add(rows.Features(i));
        var embeddings = new float[rows.Count * encoder.EmbeddingSize];
        var probabilities = new float[rows.Count * encoder.ClassCount];
        using var session = new EncoderSession(encoder, threads: 2);
        session.Encode(batch, embeddings, probabilities);
        return (embeddings, probabilities);
    }

    private static void AssertClose(double expected, double actual, double tolerance)
    {
        if (!(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected))))
            throw new XunitException($"Expected {expected}, got {actual}.");
    }

    private sealed record EmbeddingSize : ILoss
    {
        public string Name => "embedding size";

        public Tensor Compute(LossContext context) => context.Engine.Mean(context.Engine.Square(context.Embedding.Output));
    }

    private sealed record NotANumber : ILoss
    {
        public string Name => "broken";

        public Tensor Compute(LossContext context) => context.Engine.Sum(context.Engine.Log(context.Engine.Fill(new Shape(1), -1)));
    }
}
