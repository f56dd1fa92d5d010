using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Evaluators.Tests;

public class TrustworthinessTests
{
    [Fact]
    public void ItIsThatOfScikitLearn()
    {
        JsonElement reference = Reference.Read(TestData.InRepository("tests", "reference", "maps.json"));
        foreach (JsonElement expected in reference.GetProperty("cases").EnumerateArray())
        {
            Assert.Equal(expected.Real("trustworthiness"), ClusteringMetrics.Trustworthiness(
                Singles(reference, "points"), Singles(expected, "map"), 60, expected.GetProperty("neighbors").GetInt32()), 12);
        }
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(1e-30f)]
    public void TheScaleDoesNotMatter(float scale)
    {
        JsonElement reference = Reference.Read(TestData.InRepository("tests", "reference", "maps.json"));
        JsonElement expected = reference.GetProperty("cases")[0];
        Assert.Equal(expected.Real("trustworthiness"), ClusteringMetrics.Trustworthiness(
            Scaled(Singles(reference, "points")), Scaled(Singles(expected, "map")), 60, expected.GetProperty("neighbors").GetInt32()), 12);

        float[] Scaled(float[] values) => [.. values.Select(value => value * scale)];
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        Assert.Contains("need more than 30 rows; there are 30.",
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.Trustworthiness(new float[60], new float[60], 30)).Message);
        Assert.Contains("every row must have the same number",
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.Trustworthiness(new float[61], new float[80], 40)).Message);
        Assert.Contains("need more than 4294967294 rows",
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.Trustworthiness(new float[60], new float[60], 30,
            int.MaxValue)).Message);
        float[] broken = new float[80];
        broken[7] = float.NaN;
        Assert.StartsWith("Row 3 (from 0) of map has a coordinate that is NaN or infinite.",
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.Trustworthiness(new float[80], broken, 40)).Message);
    }

    private static float[] Singles(JsonElement json, string name) => [.. json.Points(name).Select(x => (float)x)];
}
