using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests.Joint;

public class JointBatchesTests
{
    private static readonly JointTrainingOptions Options = new() { BatchSize = 4 };

    /// <summary>Rows whose first feature is their number, with these labels.</summary>
    private static RowStore Rows(params int[] labels) => Numbered(labels.Length, row => labels[row]);

    [Fact]
    public void Partners_have_one_class_and_the_scarce_rows_are_tiled()
    {
        RowStore primary = Rows(0, 1, 1, 0), auxiliary = Rows(1, 0, 0, 1, 0, 0, 1, 0, 0);
        Epoch epoch = Run(primary, auxiliary, Options, 0);

        Assert.Empty(epoch.PrimaryAlone);
        Assert.Empty(epoch.AuxiliaryAlone);
        Assert.All(epoch.Pairs, pair => Assert.Equal(primary.Label(pair.Primary), auxiliary.Label(pair.Auxiliary)));
        Assert.Equal(Enumerable.Range(0, 9), epoch.Pairs.Select(pair => pair.Auxiliary).Order());
        // Two rows for six of class 0, and two for three of class 1.
        int[] times = [.. Enumerable.Range(0, 4).Select(row => epoch.Pairs.Count(pair => pair.Primary == row))];
        Assert.Equal([3, 3], [times[0], times[3]]);
        Assert.Equal([1, 2], new[] { times[1], times[2] }.Order());
        Assert.Equal([4, 4, 1], epoch.Sizes);
    }

    [Fact]
    public void A_class_with_more_primary_rows_tiles_the_auxiliary_ones()
    {
        Epoch epoch = Run(Rows(0, 0, 0, 0, 0, 1), Rows(1, 0, 0), Options, 0);
        Assert.Equal(Enumerable.Range(0, 6), epoch.Pairs.Select(pair => pair.Primary).Order());
        Assert.Equal([0, 1, 2], epoch.Pairs.Select(pair => pair.Auxiliary).Distinct().Order());
    }

    [Fact]
    public void Rows_without_partner_occur_once_and_alone()
    {
        // Class 0 has rows in both sets, class 1 in the primary and class 2 in the auxiliary one only; -1 is no label.
        Epoch epoch = Run(Rows(0, 1, -1, 0), Rows(2, -1, 0, -1), Options, 0);
        Assert.Equal([(0, 2), (3, 2)], epoch.Pairs.Order());
        Assert.Equal([1, 2], epoch.PrimaryAlone.Order());
        Assert.Equal([0, 1, 3], epoch.AuxiliaryAlone.Order());
    }

    [Theory]
    [InlineData(JointMode.Paired, new[] { 1 }, new[] { 0 })]
    [InlineData(JointMode.Single, new[] { 0, 0, 1, 3 }, new int[0])]
    public void The_classifiers_leave_unlabelled_rows_out(JointMode mode, int[] primaryAlone, int[] auxiliaryAlone)
    {
        Epoch epoch = Run(Rows(0, 1, -1, 0), Rows(2, -1, 0, -1, 0, 0), Options with { Mode = mode }, 0);
        if (mode == JointMode.Paired)
            Assert.Equal([2, 4, 5], epoch.Pairs.Select(pair => pair.Auxiliary).Order());
        else
            Assert.Empty(epoch.Pairs);
        // Which of the two of class 0 comes twice for three partners is drawn.
        Assert.Equal(primaryAlone.Length, epoch.PrimaryAlone.Length);
        Assert.Equal(primaryAlone.Distinct().Order(), epoch.PrimaryAlone.Distinct().Order());
        Assert.Equal(auxiliaryAlone, epoch.AuxiliaryAlone);
    }

    [Fact]
    public void The_seed_and_the_epoch_decide_the_order()
    {
        RowStore primary = Numbered(20), auxiliary = Numbered(50);
        Epoch first = Run(primary, auxiliary, Options, 3);
        Assert.Equal(first.Pairs, Run(primary, auxiliary, Options, 3).Pairs);
        Assert.NotEqual(first.Pairs, Run(primary, auxiliary, Options, 4).Pairs);
        Assert.NotEqual(first.Pairs, Run(primary, auxiliary, Options, 3, seed: 2).Pairs);
    }

    private sealed record Epoch((int Primary, int Auxiliary)[] Pairs, int[] PrimaryAlone, int[] AuxiliaryAlone, int[] Sizes);

    private static Epoch Run(RowStore primary, RowStore auxiliary, JointTrainingOptions options, int epoch, int seed = 1)
    {
        var batches = new JointBatches(new JointTrainingData(primary, auxiliary, ClassCount: 3), default, options, seed);
        var batch = new JointBatch(new InputShape(2, IsSequence: false), new InputShape(2, IsSequence: false));
        var pairs = new List<(int, int)>();
        var primaryAlone = new List<int>();
        var auxiliaryAlone = new List<int>();
        var sizes = new List<int>();
        foreach (JointBatch current in batches.Epoch(epoch, batch))
        {
            int[] x = Numbers(current.Primary), y = Numbers(current.Auxiliary);
            pairs.AddRange(x[..current.Pairs].Zip(y[..current.Pairs]));
            primaryAlone.AddRange(x[current.Pairs..]);
            auxiliaryAlone.AddRange(y[current.Pairs..]);
            sizes.Add(current.Count);
            Assert.Equal(current.Count, x.Length + y.Length - current.Pairs);
        }
        Assert.Equal(batches.Count, sizes.Count);
        return new Epoch([.. pairs], [.. primaryAlone], [.. auxiliaryAlone], [.. sizes]);
    }

    private static int[] Numbers(RowBatch rows) => rows.Count == 0 ? [] : Probe.RowsOf(rows.Values, rows.Count);
}
