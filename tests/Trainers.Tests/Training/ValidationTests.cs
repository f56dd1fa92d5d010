using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

public class ValidationTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.9)]
    public void The_split_is_about_the_fraction_and_decided_by_the_seed(double fraction)
    {
        const int Rows = 10_000;
        bool[] Split(int seed) => [.. Enumerable.Range(0, Rows).Select(row => new RowPartition(fraction, seed).Validates(row))];
        // Five standard deviations of a binomial share.
        double tolerance = 5 * Math.Sqrt(fraction * (1 - fraction) / Rows);
        foreach (int seed in new[] { 0, 1, -5, int.MaxValue })
            Assert.Equal(fraction, Split(seed).Count(validates => validates) / (double)Rows, tolerance);
        Assert.Equal(Split(1), Split(1));
        Assert.NotEqual(Split(1), Split(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_every_epoch_each_row_trains_or_validates_once_and_stays_on_its_side(bool streamed)
    {
        RowStore rows = Numbered(100);
        var epochs = new List<(List<int> Training, List<int> Validating)>();
        TestOptions options = Small with
        {
            Epochs = 3,
            ValidationFraction = 0.3,
            ShufflePoolSize = 20,
            LearningRate = 1e-6f,
            Objective = Probe.With(Objective.CrossEntropy(), context =>
            {
                if (epochs.Count == context.Epoch)
                    epochs.Add(([], []));
                (context.Engine.IsTraining ? epochs[^1].Training : epochs[^1].Validating).AddRange(Probe.Rows(context));
            }),
        };
        options.Train(streamed ? new StreamedRows(rows) : rows, width: 2);

        Assert.Equal(3, epochs.Count);
        var partition = new RowPartition(0.3, Small.Seed!.Value);
        Assert.All(epochs, epoch =>
        {
            Assert.Equal(Enumerable.Range(0, 100).Where(row => partition.Validates(row)), epoch.Validating);
            Assert.Equal(Enumerable.Range(0, 100).Where(row => !partition.Validates(row)), epoch.Training.Order());
        });
    }

    public static TheoryData<string> Objectives => ["dropout", "center loss", "chance"];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Validation_rows_of_their_own_change_nothing_in_training(string name)
    {
        TestOptions options = name switch
        {
            "dropout" => Small with { Network = Network.Cnn(new ImageSize(4, 2), [new(3)], [6], 4) with { Dropout = 0.3f } },
            "center loss" => Small with { Objective = Objective.Center(lambda: 1) },
            _ => Small with { Objective = Objective.CrossEntropy() + new Objective(new NoisyLoss()) },
        };
        TrainingResult without = options.Train(TestRows.Blobs(60));
        TrainingResult with = options.Train(TestRows.Blobs(60), validation: TestRows.Blobs(37, seed: 8));

        Assert.All(without.History, progress => Assert.Null(progress.Validation));
        Assert.All(with.History, progress => Assert.NotNull(progress.Validation));
        Assert.Equal(without.Weights(), with.Weights());
        Assert.Equal(without.History.Comparable(), with.History.Select(progress => progress with { Validation = null }).Comparable());
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 16)]
    [InlineData(3, 16)]
    [InlineData(3, 1000)]
    public void Loss_and_accuracy_are_those_of_the_encoder(int classes, int batchSize)
    {
        RowStore held = TestRows.Blobs(48, classes, seed: 5);
        Blur(held);
        Objective objective = Objective.CrossEntropy(weight: 0.5f) + Objective.RowMargin(weight: 0.25f);
        TestOptions options = Small with { Epochs = 2, BatchSize = batchSize, Objective = objective };
        TrainingResult result = options.Train(TestRows.Blobs(60, classes), classes, validation: held);
        ValidationResult validation = result.History[^1].Validation!;
        (double crossEntropy, double accuracy) = Judge(result.Encoder, held);

        Assert.Equal(crossEntropy, validation.Terms["cross-entropy"], 1e-5);
        Assert.Equal(accuracy, validation.Accuracy!.Value, 1e-12);
        Assert.InRange(accuracy, 0.3, 0.99);
        Assert.Equal(0.5 * validation.Terms["cross-entropy"] + 0.25 * validation.Terms["row margin"], validation.Loss, 1e-9);
    }

    [Fact]
    public void Accuracy_counts_labelled_rows_only_and_is_null_without_any()
    {
        RowStore half = TestRows.Blobs(40, seed: 5, unlabelled: true);
        Blur(half);
        TrainingResult result = Small.Train(TestRows.Blobs(60), validation: half);
        Assert.Equal(Judge(result.Encoder, half).Accuracy, result.History[^1].Validation!.Accuracy!.Value, 1e-12);

        var none = new RowStore();
        none.Add(-1, Width);
        Assert.Null(Small.Train(TestRows.Blobs(60), validation: none).History[^1].Validation!.Accuracy);
        Objective reconstruction = Objective.Reconstruction(ReconstructionError.MeanSquared);
        TestOptions unsupervised = Small with { Network = Network.MlpAutoencoder([6], 3), Objective = reconstruction };
        Assert.Null(unsupervised.Train(TestRows.Blobs(60), classes: 0, validation: half).History[^1].Validation!.Accuracy);
    }

    [Fact]
    public void A_similarity_classifier_is_judged_by_its_nearest_class()
    {
        RowStore held = TestRows.Blobs(48, 3, seed: 5);
        Blur(held);
        TrainingResult result = (Small with { Objective = Objective.GaussianCorel() }).Train(TestRows.Blobs(60, 3), 3, validation: held);
        Assert.Equal(Judge(result.Encoder, held).Accuracy, result.History[^1].Validation!.Accuracy!.Value, 1e-12);
    }

    [Fact]
    public void Validation_data_and_a_fraction_of_the_rows_may_come_together()
    {
        var validated = new List<int>();
        TestOptions options = Small with
        {
            Epochs = 1,
            ValidationFraction = 0.3,
            LearningRate = 1e-6f,
            Objective =
                Probe.With(Objective.CrossEntropy(), context => validated.AddRange(context.Engine.IsTraining ? [] : Probe.Rows(context))),
        };
        options.Train(Numbered(50), width: 2, validation: Numbered(7));
        var partition = new RowPartition(0.3, Small.Seed!.Value);
        Assert.Equal([.. Enumerable.Range(0, 7), .. Enumerable.Range(0, 50).Where(row => partition.Validates(row))], validated);
    }

    [Fact]
    public void There_must_be_rows_to_validate_with_and_to_train_on()
    {
        Assert.Equal("The validation data have no rows.", Message(Small, TestRows.Blobs(60), new RowStore()));
        Assert.Equal("ValidationFraction is 1E-06, but no row was drawn for validation because there are too few rows.",
            Message(Small with { ValidationFraction = 1e-6 }, TestRows.Blobs(60)));
        Assert.Equal("There are no training rows.", Message(Small with { ValidationFraction = 0.999999 }, TestRows.Blobs(60)));
        Assert.Equal("There are no training rows.", Message(Small, new StreamedRows(new RowStore())));

        static string Message(TestOptions options, IRowSource rows, RowStore? validation = null) =>
            Assert.Throws<InvalidDataException>(() => options.Train(rows, validation: validation)).Message;
    }

    /// <summary>Moves rows so far towards each other that a classifier is not right about all of them.</summary>
    private static void Blur(RowStore rows)
    {
        var random = new Random(6);
        for (int i = 0; i < rows.Count; i++)
        {
            foreach (ref float feature in rows.Features(i))
                feature += 8 * (random.NextSingle() - 0.5f);
        }
    }

    /// <summary>A loss that draws random numbers, in validation too.</summary>
    private sealed class NoisyLoss : ILoss
    {
        public string Name => "noisy";

        public Tensor Compute(LossContext context) =>
            context.Engine.Mean(context.Engine.Square(context.Embedding.Output - context.Engine.Normal(context.Embedding.Output.Shape)));
    }
}
