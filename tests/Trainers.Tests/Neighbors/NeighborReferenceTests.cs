using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Neighbors;

/// <summary>Neighbours and principal components against scikit-learn; the values were made by tests/reference/neighbors.py.</summary>
public class NeighborReferenceTests
{
    private static readonly JsonElement File =
        JsonDocument.Parse(System.IO.File.ReadAllText(TestData.InRepository("tests", "reference", "neighbors.json"))).RootElement;

    public static TheoryData<string> Graphs => [.. Names("graphs")];

    public static TheoryData<string> Components => [.. Names("components")];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Neighbors_are_those_of_scikit_learn(string name)
    {
        JsonElement expected = Case("graphs", name);
        var settings = new NeighborGraphSettings
        {
            Neighbors = File.GetProperty("neighbors").GetInt32(), Mutual = expected.GetProperty("mutual").GetBoolean(),
        };
        NeighborGraph graph = NeighborGraph.Build(
            Values(File, "rows"), File.GetProperty("width").GetInt32(), expected.GetProperty("labels").Deserialize<int[]>(), settings);

        int[][] lists = expected.GetProperty("lists").Deserialize<int[][]>()!;
        Assert.Equal(lists, Enumerable.Range(0, graph.Rows).Select(row => graph.Of(row).ToArray()));
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void Principal_components_are_those_of_scikit_learn(string name)
    {
        JsonElement expected = Case("components", name);
        int width = expected.GetProperty("width").GetInt32(), count = expected.GetProperty("count").GetInt32();
        float[] rows = name == "wide" ? Wide(60, width) : Values(expected, "rows");
        PrincipalComponents components = PrincipalComponents.Fit(rows, width, count);

        Assert.Equal((width, count), (components.Width, components.Count));
        double[] variances = expected.GetProperty("variances").Deserialize<double[]>()!;
        Assert.All(variances.Zip(components.ExplainedVariances), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * pair.First));
        double[] mean = expected.GetProperty("mean").Deserialize<double[]>()!;
        Assert.All(mean.Select((value, f) => (value, f)),
            pair => Assert.Equal(pair.value, components.Mean[pair.f], 1e-9 * (1 + Math.Abs(pair.value))));
        double[][] directions = expected.GetProperty("components").Deserialize<double[][]>()!;
        for (int c = 0; c < count; c++)
        {
            float[] direction = components.Components.Slice(c * width, width).ToArray();
            Assert.All(directions[c].Select((value, f) => (value, f)), pair => Assert.Equal(pair.value, direction[pair.f], 5e-4));
            Assert.Equal(1, direction.Sum(value => value * value), 1e-4);
            Assert.True(direction.MaxBy(MathF.Abs) > 0);
        }
        float[] projected = components.Project(VectorRows.Of(rows, width));
        double[] coordinates = expected.GetProperty("projected").Deserialize<double[]>()!;
        Assert.All(coordinates.Zip(projected), pair => Assert.Equal(pair.First, pair.Second, 2e-3 * Math.Sqrt(variances[0])));

        float[] alone = new float[count];
        components.Project(rows.AsSpan(7 * width, width), alone);
        Assert.Equal(projected[(7 * count)..(8 * count)], alone);
    }

    /// <summary>The rows that wide in neighbors.py makes.</summary>
    private static float[] Wide(int rows, int width)
    {
        ulong state = 1;
        var values = new float[rows * width];
        for (int n = 0; n < values.Length; n++)
        {
            state = unchecked(state * 6364136223846793005 + 1442695040888963407);
            double sum = 0.05 * ((state >> 40) / (double)(1 << 24) - 0.5);
            for (int wave = 0; wave < 12; wave++)
                sum += Math.Pow(0.8, wave) * Math.Sin(0.7 * (n / width + 1) * (wave + 1)) * Math.Cos(0.013 * (n % width + 1) * (wave + 2));
            values[n] = (float)sum;
        }
        return values;
    }

    private static float[] Values(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static IEnumerable<string> Names(string list) =>
        File.GetProperty(list).EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!);

    private static JsonElement Case(string list, string name) =>
        File.GetProperty(list).EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);
}
