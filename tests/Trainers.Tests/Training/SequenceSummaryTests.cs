namespace Disentangle.ML.Trainers.Tests;

public class SequenceSummaryTests
{
    [Fact]
    public void Steps_are_interpolated_at_evenly_spaced_times()
    {
        SequenceSummary summary = default;
        Assert.Equal(64, summary.Width(2));
        float[] sequence = [.. Enumerable.Range(0, 63).SelectMany(i => new[] { i, 2f * i })], vector = new float[64];
        summary.Write(sequence, 2, vector);
        for (int i = 0; i < 32; i++)
        {
            Assert.Equal(2 * i, vector[2 * i], 1e-4f);
            Assert.Equal(4 * i, vector[2 * i + 1], 1e-4f);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void The_ends_are_the_first_and_the_last_step(int steps)
    {
        float[] sequence = [.. Enumerable.Range(0, steps).Select(i => i * 0.5f + 1)], vector = new float[32];
        new SequenceSummary(IsMean: false).Write(sequence, 1, vector);
        Assert.Equal(sequence[0], vector[0]);
        Assert.Equal(sequence[^1], vector[^1]);
        Assert.Equal(vector.Order(), vector);
    }

    [Fact]
    public void Texts_are_compared_by_the_mean_of_their_words()
    {
        var summary = new SequenceSummary(IsMean: true);
        var vector = new float[2];
        summary.Write([1, 2, 3, 4, 5, 9], 2, vector);
        Assert.Equal([3, 5], vector);
        Assert.Equal(summary, Network.TextCnn(2, 4).Comparison);
    }
}
