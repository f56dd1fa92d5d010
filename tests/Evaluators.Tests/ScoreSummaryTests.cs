namespace Disentangle.ML.Evaluators.Tests;

public sealed class ScoreSummaryTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void ValueThatIsNotFiniteIsRefused(double value)
    {
        string message = Assert.Throws<ArgumentException>(() => ScoreSummary.Of([1, value])).Message;
        Assert.Contains("Value 1 (from 0) is", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(-5e307)]
    public void SummaryHoldsAtEveryScale(double scale)
    {
        ScoreSummary summary = ScoreSummary.Of([scale, 3 * scale, 2 * scale]);
        Assert.Equal(2, summary.Mean / scale, 12);
        Assert.Equal(1, summary.StandardDeviation / Math.Abs(scale), 12);
        Assert.Equal(scale > 0 ? 3 : 1, summary.Best / scale, 12);
    }

    [Fact]
    public void ZerosAreSummarised() => Assert.Equal(new ScoreSummary(0, 0, 0), ScoreSummary.Of([0, 0]));
}
