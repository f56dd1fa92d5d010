namespace Disentangle.ML.Trainers.Tests.Losses;

public class CovarianceLossTests
{
    [Fact]
    public void DeCov_is_zero_for_uncorrelated_neurons_however_much_they_vary() =>
        LossRun.Of(new DeCovLoss(), Embedded([[100, 1], [100, -1], [-100, 1], [-100, -1]])).AssertIsZero();

    [Fact]
    public void DeCov_of_a_single_neuron_is_zero() => LossRun.Of(new DeCovLoss(), Embedded([[0.1], [3.7], [-20]])).AssertIsZero();

    [Fact]
    public void DeCov_grows_with_the_fourth_power_of_the_scale_and_does_not_see_the_mean()
    {
        double[][] h = LossInputs.Random(new DeCovLoss(), [0, 1, 0, 1, 0]).Embedding;
        double value = LossRun.Of(new DeCovLoss(), Embedded(h)).Value;
        Assert.Equal(16 * value, LossRun.Of(new DeCovLoss(), Embedded(Map(h, x => 2 * x))).Value, 1e-4 * value);
        Assert.Equal(value, LossRun.Of(new DeCovLoss(), Embedded(Map(h, x => x + 5))).Value, 1e-4 * value);
    }

    [Fact]
    public void XCov_is_zero_where_the_embedding_does_not_vary_with_the_prediction()
    {
        // The first neuron decides the prediction, the second varies alike within each.
        LossInputs inputs = Embedded([[3, 1], [3, -1], [-3, 1], [-3, -1]]) with { ClassWeights = [[1, 0]], Bias = [[0]], ClassCount = 2 };
        double both = LossRun.Of(new XCovLoss(), inputs).Value;
        double sigmoid = 1 / (1 + Math.Exp(-3));
        Assert.Equal(0.5 * Math.Pow(3 * (sigmoid - 0.5), 2), both, 1e-5);

        LossRun.Of(new XCovLoss(), inputs with { ClassWeights = [[0, 0]] }).AssertIsZero();
    }

    [Fact]
    public void XCov_needs_labels_for_they_make_the_classifier() =>
        Assert.Equal(LossNeeds.Labels | LossNeeds.Classifier, Objective.XCov().Needs);

    [Fact]
    public void XCov_of_halves_needs_no_labels_and_is_zero_for_one_neuron()
    {
        Assert.Equal(LossNeeds.None, Objective.XCov(supervised: false).Needs);
        var halves = new XCovLoss { Supervised = false };
        LossRun.Of(halves, Embedded([[1], [2], [-7]])).AssertIsZero();
        // Within the halves the neurons may correlate.
        LossRun.Of(halves, Embedded([[1, 1, 2, 2], [-1, -1, 2, 2], [1, 1, -2, -2], [-1, -1, -2, -2]])).AssertIsZero();
        Assert.Equal(0.5, LossRun.Of(halves, Embedded([[1, 1], [-1, -1]])).Value, 1e-6);
    }

    private static LossInputs Embedded(double[][] h) => new() { Labels = new int[h.Length], Embedding = h };

    private static double[][] Map(double[][] rows, Func<double, double> function) =>
        [.. rows.Select(row => row.Select(function).ToArray())];
}
