using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Losses;

public class CenterLossTests
{
    [Fact]
    public void Centres_follow_the_formula_from_batch_to_batch()
    {
        var loss = new CenterLoss { Alpha = 0.3f };
        var centres = new float[3 * 5];
        var expected = new double[3][];
        for (int k = 0; k < 3; k++)
            expected[k] = new double[5];
        int[][] batches = [[0, 1, 0, -1, 0], [1, 1, -1, 2], [-1, -1], [0, 2, 2, 1]];
        for (int b = 0; b < batches.Length; b++)
        {
            LossInputs inputs = LossInputs.Random(loss, batches[b], seed: b);
            double value = LossRun.Of(loss, inputs, centres).Value;

            int[] labelled = [.. Enumerable.Range(0, batches[b].Length).Where(i => batches[b][i] >= 0)];
            double distances = labelled.Sum(i => PlainLosses.SquaredDistance(inputs.Embedding[i], expected[batches[b][i]]));
            Assert.Equal(labelled.Length == 0 ? 0 : distances / (2 * labelled.Length), value, 1e-5);
            for (int k = 0; k < 3; k++)
                expected[k] = Moved(expected[k], [.. labelled.Where(i => batches[b][i] == k).Select(i => inputs.Embedding[i])]);
            LossRun.AssertClose([.. expected.SelectMany(row => row)], centres, $"centres after batch {b}");
        }

        double[] Moved(double[] centre, double[][] rows) =>
            [.. centre.Select((c, j) => c - loss.Alpha * rows.Sum(row => c - row[j]) / (1 + rows.Length))];
    }

    [Fact]
    public void Is_zero_where_every_row_lies_on_its_centre_and_the_centres_stay()
    {
        float[] centres = [1, 2, 3, 4];
        LossRun.Of(new CenterLoss(), new LossInputs { Labels = [1, 0, 1], Embedding = [[3, 4], [1, 2], [3, 4]], ClassCount = 2 }, centres)
            .AssertIsZero();
        Assert.Equal([1, 2, 3, 4], centres);
    }

    [Fact]
    public void Validation_leaves_the_centres_alone()
    {
        var options = new TestOptions { Objective = Objective.Center(), Epochs = 3, BatchSize = 16, Seed = 1, Threads = 1 };
        var data = new TrainingData(TestRows.Blobs(64), 8, 2);
        double[] Losses(TrainingData rows) =>
            [.. EncoderTrainer.Train(rows, options, seed: 0).History.Select(epoch => epoch.Terms["center"])];

        Assert.Equal(Losses(data), Losses(data with { Validation = TestRows.Blobs(48, seed: 5) }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void Alpha_is_between_0_and_1(float alpha) =>
        Assert.Contains("Alpha of the center loss", Assert.Single(Objective.Center(alpha: alpha).Faults()));
}
