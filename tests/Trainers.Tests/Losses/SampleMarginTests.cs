namespace Disentangle.ML.Trainers.Tests.Losses;

public class SampleMarginTests
{
    private static readonly double[][] FarApart = [[30, 0, 0], [0, 30, 0], [0, 0, 30], [30, 0, 0]];

    [Fact]
    public void Costs_each_class_of_n_equal_rows_the_margin_times_n_minus_1_over_n() =>
        Assert.Equal(0.5 * (2.0 / 3 + 1.0 / 2), Run([0, 0, 0, 1, 1], [.. Enumerable.Repeat(new double[] { 1, 2, 3 }, 5)]).Value, 1e-6);

    [Fact]
    public void Is_zero_where_rows_of_a_class_are_beyond_the_margin() => Run([0, 0, 0, 1], FarApart).AssertIsZero();

    [Fact]
    public void Rows_of_different_classes_may_be_equal_if_it_is_supervised()
    {
        Run([0, 1, 2, 1], FarApart).AssertIsZero();
        Assert.Equal(2 * 0.5 / 16, Run([0, 1, 2, 1], FarApart, supervised: false).Value, 1e-6);
    }

    [Fact]
    public void Takes_all_rows_if_it_is_not_supervised() =>
        Assert.Equal(Run([0, 0, 1, 2], FarApart, supervised: false).Value, Run([-1, -1, -1, -1], FarApart, supervised: false).Value);

    private static LossRun Run(int[] labels, double[][] embedding, bool supervised = true) =>
        LossRun.Of(new SampleMarginLoss { Supervised = supervised }, new LossInputs { Labels = labels, Embedding = embedding });
}
