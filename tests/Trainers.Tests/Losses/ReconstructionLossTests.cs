namespace Disentangle.ML.Trainers.Tests.Losses;

public class ReconstructionLossTests
{
    [Fact]
    public void Squares_are_zero_for_a_perfect_reconstruction()
    {
        double[][] features = [[-3, 0.5], [7, 2]];
        LossRun.Of(new ReconstructionLoss { Error = ReconstructionError.MeanSquared }, Inputs(features, features)).AssertIsZero();
    }

    [Fact]
    public void Cross_entropy_is_lowest_at_the_logit_of_the_feature_and_finite_for_great_outputs()
    {
        LossRun atBest = LossRun.Of(new ReconstructionLoss(), Inputs([[0.25, 0.5]], [[Math.Log(1 / 3.0), 0]]));
        Assert.All(atBest.Gradients["reconstruction"], element => Assert.Equal(0, element, 1e-6));
        Assert.Equal(500, LossRun.Of(new ReconstructionLoss(), Inputs([[0, 1]], [[1000, 1000]])).Value, 1e-3);
    }

    [Fact]
    public void Cross_entropy_clips_features_that_rounding_put_outside_0_to_1()
    {
        double[][] output = [[0.5, -2], [3, 1]];
        LossRun expected = LossRun.Of(new ReconstructionLoss(), Inputs([[0, 1], [0.25, 1]], output));
        LossRun actual = LossRun.Of(new ReconstructionLoss(), Inputs([[-5e-5, 1.00005], [0.25, 1]], output));
        Assert.Equal(expected.Value, actual.Value);
        Assert.Equal(expected.Gradients["reconstruction"], actual.Gradients["reconstruction"]);
    }

    [Theory]
    [InlineData(-0.25, "-0.25")]
    [InlineData(2, "2")]
    public void Cross_entropy_refuses_features_outside_0_to_1_and_says_what_to_do(double feature, string shown)
    {
        var exception = Assert.Throws<InvalidDataException>(() => LossRun.Of(new ReconstructionLoss(), Inputs([[0.5, feature]], [[0, 0]])));
        Assert.Contains($"one is {shown}.", exception.Message);
        Assert.Contains("NormalizeMinMax", exception.Message);
    }

    private static LossInputs Inputs(double[][] features, double[][] reconstruction) =>
        new() { Labels = new int[features.Length], Embedding = [.. features.Select(_ => new double[1])], Features = features,
            Reconstruction = reconstruction };
}
