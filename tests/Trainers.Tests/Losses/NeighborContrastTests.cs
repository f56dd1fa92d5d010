namespace Disentangle.ML.Trainers.Tests.Losses;

public class NeighborContrastTests
{
    private static readonly int[] Labels = [0, 1, 0, -1, 1, 0, 1, 0, 0, 1];

    [Fact]
    public void Does_not_depend_on_the_order_of_pairs()
    {
        LossInputs inputs = LossInputs.Random(new NeighborContrastLoss(), Labels, classes: 2);
        LossInputs permuted = inputs.InOrder([4, 0, 2, 1, 3, 9, 5, 7, 6, 8]);
        Assert.Equal(LossRun.Of(new NeighborContrastLoss(), inputs).Value, LossRun.Of(new NeighborContrastLoss(), permuted).Value, 1e-5);
    }

    [Fact]
    public void Does_not_depend_on_the_length_of_embeddings()
    {
        LossInputs inputs = LossInputs.Random(new NeighborContrastLoss(), Labels, classes: 2);
        LossInputs longer =
            inputs with { Embedding = [.. inputs.Embedding.Select((row, i) => row.Select(value => (i + 1) * value).ToArray())] };
        Assert.Equal(LossRun.Of(new NeighborContrastLoss(), inputs).Value, LossRun.Of(new NeighborContrastLoss(), longer).Value, 1e-5);
    }

    [Fact]
    public void Is_the_logarithm_of_the_number_of_pairs_where_all_embeddings_are_equal()
    {
        var inputs = new LossInputs { Labels = [0, 0, 0, 0, 0, 0, 0, 0], Embedding = [.. Enumerable.Repeat(new double[] { 3, 4 }, 8)] };
        Assert.Equal(Math.Log(4), LossRun.Of(new NeighborContrastLoss(), inputs).Value, 1e-5);
    }

    [Fact]
    public void Falls_as_a_row_turns_to_its_partner_and_is_near_0_for_separate_pairs_at_a_low_temperature()
    {
        double At(double angle, float temperature) => LossRun.Of(
            new NeighborContrastLoss { Temperature = temperature },
            new LossInputs { Labels = [0, 0, 0, 0], Embedding = [[1, 0], [0, 1], [Math.Cos(angle), Math.Sin(angle)], [0, 1]] }).Value;

        Assert.True(At(0, 0.5f) < At(0.5, 0.5f) && At(0.5, 0.5f) < At(1, 0.5f));
        Assert.Equal(0, At(0, 0.05f), 1e-6);
    }

    [Fact]
    public void Other_classes_weigh_more_among_the_negatives_and_unlabelled_rows_do_not()
    {
        LossInputs inputs = LossInputs.Random(new NeighborContrastLoss(), Labels, classes: 2);
        double Value(float otherClasses, int[] labels) =>
            LossRun.Of(new NeighborContrastLoss { OtherClasses = otherClasses }, inputs with { Labels = labels }).Value;

        Assert.True(Value(5, Labels) > Value(1, Labels));
        int[] unlabelled = [.. Labels.Select(_ => -1)];
        Assert.Equal(Value(1, unlabelled), Value(5, unlabelled));
    }

    [Theory]
    [InlineData(0f, 5f, 15, 0.5f, "Temperature of neighbour contrast is 0; it must be greater than 0.")]
    [InlineData(float.NaN, 5f, 15, 0.5f, "Temperature of neighbour contrast is NaN; it must be greater than 0.")]
    [InlineData(0.5f, 0.5f, 15, 0.5f, "OtherClasses of neighbour contrast is 0.5; it must be 1 or more.")]
    [InlineData(0.5f, 5f, -1, 0.5f, "Neighbors is -1; it must be 0 or more.")]
    [InlineData(0.5f, 5f, 15, 1.5f, "Walk is 1.5; it must be between 0 and 1.")]
    public void Refuses_settings_out_of_range(float temperature, float otherClasses, int neighbors, float walk, string message)
    {
        Objective objective = Objective.NeighborContrast(1, temperature, neighbors, walk: walk, otherClasses: otherClasses);
        var exception = Assert.Throws<ArgumentException>(() => new TestOptions { Objective = objective }.Validate());
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Refuses_a_power_out_of_range(float power)
    {
        var loss = new NeighborContrastLoss { Pairs = new() { JaccardPower = power } };
        Assert.Contains(FormattableString.Invariant($"JaccardPower is {power}; it must be 0 or more."),
            Assert.Throws<ArgumentException>(new TestOptions { Objective = new(loss) }.Validate).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1f, "Jitter is -1; it must be 0 or more.")]
    [InlineData(float.NaN, "Jitter is NaN; it must be 0 or more.")]
    [InlineData(float.PositiveInfinity, "Jitter is Infinity; it must be 0 or more.")]
    public void Refuses_a_jitter_out_of_range(float jitter, string message)
    {
        var options = new TestOptions { Objective = Objective.NeighborContrast(jitter: jitter) };
        Assert.Contains(message, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_no_neighbours_without_a_view_and_two_losses_with_different_pairs()
    {
        var alone =
            Assert.Throws<ArgumentException>(() => new TestOptions { Objective = Objective.NeighborContrast(neighbors: 0) }.Validate());
        Assert.Contains("Neighbors is 0, which pairs each row with itself", alone.Message, StringComparison.Ordinal);

        Objective two = Objective.NeighborContrast() + new Objective(new OtherContrast());
        var different = Assert.Throws<ArgumentException>(() => new TestOptions { Objective = two }.Validate());
        Assert.Contains("have different Pairs", different.Message, StringComparison.Ordinal);
    }

    private sealed record OtherContrast : ILoss
    {
        public string Name => "other";

        public RowPairs? Pairs => new() { Neighbors = 3 };

        public Tensors.Tensor Compute(LossContext context) => context.Engine.Fill(Tensors.Shape.Scalar, 0);
    }
}
