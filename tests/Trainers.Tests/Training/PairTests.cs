using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>Training with pairs of rows.</summary>
public class PairTests
{
    private static readonly TestOptions Paired =
        Small with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 3, jitter: 0) };

    [Fact]
    public void Batches_hold_each_row_and_a_row_of_its_class()
    {
        var seen = new List<int>();
        Objective objective = Probe.With(Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 3, walk: 0, jitter: 0), context =>
        {
            int[] rows = Probe.Rows(context);
            Assert.Equal(rows.Length, 2 * context.PairCount);
            seen.AddRange(rows[..context.PairCount]);
            for (int i = 0; i < context.PairCount; i++)
            {
                Assert.Equal(context.Labels[i], context.Labels[context.PairCount + i]);
                // Classes alternate, so neighbours of a class are 2, 4, 6 apart.
                Assert.InRange(Math.Abs(rows[i] - rows[context.PairCount + i]), 2, 6);
            }
        });
        (Paired with { Objective = objective, Epochs = 2 }).Train(Numbered(60), width: 2);
        Assert.Equal(Enumerable.Range(0, 60).SelectMany(row => new[] { row, row }), seen.Order());
    }

    [Theory]
    [InlineData(0f, 1)]
    [InlineData(0.5f, 2)]
    [InlineData(1f, 31)]
    public void Walks_have_up_to_30_further_steps(float walk, double steps)
    {
        // Rows on a circle, whose neighbours are the two beside them: n steps end n places apart in the mean of squares.
        const int count = 400;
        var rows = new RowStore();
        for (int i = 0; i < count; i++)
            new[] { MathF.Cos(2 * MathF.PI * i / count), MathF.Sin(2 * MathF.PI * i / count) }.CopyTo(rows.Add(label: 0, 2));
        var squares = new List<double>();
        Objective objective = Probe.With(Objective.NeighborContrast(neighbors: 2, walk: walk, jitter: 0), context =>
        {
            float[] input = context.Features.ToArray();
            double Place(int row) => Math.Atan2(input[2 * row + 1], input[2 * row]) / (2 * Math.PI) * count;
            for (int i = 0; i < context.PairCount; i++)
                squares.Add(Math.Pow(Math.IEEERemainder(Place(i) - Place(context.PairCount + i), count), 2));
        });
        (Small with { Objective = objective, Scaling = FeatureScaling.AsGiven, Epochs = 25 }).Train(rows, classes: 1, width: 2);
        Assert.Equal(10_000, squares.Count);
        Assert.Equal(steps, squares.Average(), 0.05 * steps);
    }

    [Fact]
    public void Jitter_changes_features_by_a_share_of_their_difference_to_a_neighbour()
    {
        // Pairs of rows that are each other's only neighbours; they differ by 4 in the first feature and agree in the others.
        var rows = new RowStore();
        for (int i = 0; i < 200; i++)
            new float[] { i / 2 * 100 + i % 2 * 4, i / 2 * 100, 7 }.CopyTo(rows.Add(label: 0, 3));
        var changes = new List<double>();
        Objective objective = Probe.With(Objective.NeighborContrast(neighbors: 1, walk: 0, jitter: 0.5f), context =>
        {
            float[] input = context.Features.ToArray();
            for (int i = 0; i < input.Length; i += 3)
            {
                double number = Math.Round(input[i + 1] / 100);
                Assert.Equal(number * 100, input[i + 1], 1e-3);
                Assert.Equal(7, input[i + 2]);
                double between = input[i] - number * 100;
                // Half of 4 times √3 is the greatest change.
                Assert.InRange(between, -3.47, 7.47);
                changes.Add(between);
            }
        });
        (Small with { Objective = objective, Scaling = FeatureScaling.AsGiven, Epochs = 20 }).Train(rows, classes: 1, width: 3);
        // Rows at 0 or 4 and noise of the deviation 2.
        Assert.Equal(2, changes.Average(), 0.1);
        Assert.Equal(Math.Sqrt(2 * 2 + 2 * 2), Math.Sqrt(changes.Average(value => (value - 2) * (value - 2))), 0.1);
    }

    [Fact]
    public void Rows_without_label_have_neighbours_of_every_kind_and_no_pair_has_two_labels()
    {
        int mixed = 0;
        Objective objective = Probe.With(Paired.Objective, context =>
        {
            for (int i = 0; i < context.PairCount; i++)
            {
                (int a, int b) = (context.Labels[i], context.Labels[context.PairCount + i]);
                Assert.False(a >= 0 && b >= 0 && a != b);
                if (a != b)
                    mixed++;
            }
        });
        (Paired with { Objective = objective }).Train(Numbered(60, row => row % 3 - 1), width: 2);
        Assert.True(mixed > 0);
    }

    [Fact]
    public void The_loss_falls_and_embeddings_have_length_1()
    {
        TrainingResult result = (Paired with { Epochs = 30 }).Train(TestRows.Blobs(60));
        Assert.True(result.History[^1].Loss < result.History[0].Loss);
        Assert.True(result.Encoder.NormalizesEmbedding);
        using var session = new EncoderSession(result.Encoder);
        var embedding = new float[result.Encoder.EmbeddingSize];
        session.Encode(TestRows.Blobs(1).Features(0), embedding);
        Assert.Equal(1, embedding.Sum(value => value * value), 1e-5);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        TestOptions options =
            Paired with { Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 3, view: Views.Noise(), jitter: 1) };
        Assert.Equal(options.Train(TestRows.Blobs(60)).Weights(), (options with { Threads = 2 }).Train(TestRows.Blobs(60)).Weights());
    }

    [Fact]
    public void Validation_rows_are_neither_neighbours_of_rows_that_train_nor_counted_twice()
    {
        var training = new HashSet<int>();
        var validation = new HashSet<int>();
        Objective objective =
            Probe.With(Paired.Objective, context => (context.Engine.IsTraining ? training : validation).UnionWith(Probe.Rows(context)));
        TrainingResult result = (Paired with { Objective = objective, ValidationFraction = 0.3 }).Train(Numbered(60), width: 2);

        Assert.Empty(training.Intersect(validation));
        Assert.Equal(60, training.Count + validation.Count);
        double accuracy = result.History[^1].Validation!.Accuracy!.Value;
        Assert.Equal(Math.Round(accuracy * validation.Count), accuracy * validation.Count, 1e-9);
    }

    [Fact]
    public void A_class_of_one_row_and_equal_rows_train()
    {
        Paired.Train(Numbered(20, row => row == 0 ? 1 : 0), width: 2);
        var equal = new RowStore();
        for (int i = 0; i < 40; i++)
            equal.Add(i % 2, 2)[0] = 1;
        Assert.All(Paired.Train(equal, width: 2).History, progress => Assert.True(double.IsFinite(progress.Loss)));
    }

    [Fact]
    public void Sequences_of_different_length_train()
    {
        TrainingResult result = (Paired with
        {
            Network = Network.Gru(2, 6, 4),
            Objective = Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 3, view: Views.Sequence(2)),
        }).Train(Sequences(60), width: 2);
        Assert.All(result.History, progress => Assert.True(double.IsFinite(progress.Loss)));
    }

    [Fact]
    public void Needs_rows_in_memory_and_views_of_the_right_size()
    {
        var streamed = Assert.Throws<ArgumentException>(() => Paired.Train(new StreamedRows(TestRows.Blobs(20))));
        Assert.Contains("needs rows in memory", streamed.Message, StringComparison.Ordinal);

        Objective images = Objective.CrossEntropy() + Objective.NeighborContrast(view: Views.Images(5, 5));
        var size = Assert.Throws<ArgumentException>(() => (Paired with { Objective = images }).Train(TestRows.Blobs(20)));
        Assert.Contains("The image view needs images of 5 x 5 x 1 = 25 features; the rows are vectors of 8 features.", size.Message,
            StringComparison.Ordinal);

        var options = Assert.Throws<ArgumentException>(() => (Paired with { CacheInMemory = false }).Validate());
        Assert.Contains("CacheInMemory is false", options.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_tables_with_pairs_are_passed_over_60_times()
    {
        TestOptions options = Paired with { Epochs = null };
        Assert.Equal(60, options.Train(TestRows.Blobs(60)).History.Count);
        Assert.Equal(32, options.Train(TestRows.Blobs(500)).History.Count);
        Assert.Equal(3, (options with { Epochs = 3 }).Train(TestRows.Blobs(60)).History.Count);
    }

    [Fact]
    public void Trains_for_1000_steps_where_no_epochs_are_given()
    {
        TestOptions options = Small with { Epochs = null, Objective = Objective.CrossEntropy() };
        Assert.Equal(250, options.Train(TestRows.Blobs(60)).History.Count);
        Assert.Equal(250, options.Train(new StreamedRows(TestRows.Blobs(60))).History.Count);
        Assert.Equal(20, (options with { BatchSize = 1 }).Train(TestRows.Blobs(60)).History.Count);
    }
}
