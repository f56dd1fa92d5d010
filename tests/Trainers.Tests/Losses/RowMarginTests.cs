namespace Disentangle.ML.Trainers.Tests.Losses;

public class RowMarginTests
{
    [Fact]
    public void Is_zero_where_every_pair_is_beyond_the_margin() =>
        Run([[30, 0, 0, 0], [0, 30, 0, 0], [0, 0, 30, 0], [0, 0, 0, 30]], margin: 5).AssertIsZero();

    [Fact]
    public void Costs_the_margin_for_every_ordered_pair_of_equal_rows() =>
        Assert.Equal(5 * 6 * 7.0, Run([.. Enumerable.Repeat(new double[8], 6)], margin: 7).Value, 1e-3);

    [Fact]
    public void Is_zero_for_a_single_neuron() => Run([[1, 2, 3]], margin: 5).AssertIsZero();

    [Fact]
    public void Does_not_change_with_the_order_of_neurons_or_a_constant_added_to_a_row()
    {
        double[][] weight = LossInputs.Random(new RowMarginLoss(), [0]).Weight!;
        double value = Run(weight, margin: 2).Value;
        Assert.Equal(value, Run([.. weight.Reverse()], margin: 2).Value, 1e-4);
        Assert.Equal(value, Run([.. weight.Select((row, i) => row.Select(element => element + i).ToArray())], margin: 2).Value, 1e-4);
    }

    private static LossRun Run(double[][] weight, float margin) =>
        LossRun.Of(new RowMarginLoss { Margin = margin },
            new LossInputs { Labels = [0], Embedding = [new double[weight.Length]], Weight = weight });
}
