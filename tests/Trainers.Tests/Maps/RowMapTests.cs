using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Maps;

public class RowMapTests
{
    private static RowStore Rows(int count, int width, int seed)
    {
        var random = new Random(seed);
        var store = new RowStore();
        for (int row = 0; row < count; row++)
        {
            Span<float> features = store.Add(-1, width);
            for (int f = 0; f < width; f++)
                features[f] = (f % 4 == row % 4 ? 3 : 0) + random.NextSingle();
        }
        return store;
    }

    /// <summary>The values were made by tests/reference/projections.py.</summary>
    [Fact]
    public void Weights_are_those_of_umap_learn()
    {
        JsonElement reference =
            JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference", "projections.json"))).RootElement;
        float[][] rows = reference.GetProperty("rows").Deserialize<float[][]>()!;
        double[][] expected = reference.GetProperty("weights").Deserialize<double[][]>()!;
        VectorRows vectors = VectorRows.Of(rows.SelectMany(row => row).ToArray(), 3);
        NeighborGraph graph = NeighborGraph.Build(
            vectors, [], new() { Neighbors = reference.GetProperty("neighbors").GetInt32(), Mutual = false });
        NeighborWeights weights = NeighborWeights.Create(vectors, graph, threads: 0, CancellationToken.None);
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.Equal(Enumerable.Range(0, rows.Length).Where(other => expected[row][other] > 0), weights.Of(row).ToArray());
            for (int i = 0; i < weights.Of(row).Length; i++)
                Assert.Equal(expected[row][weights.Of(row)[i]], weights.WeightsOf(row)[i], 1e-4);
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(60)]
    public void TheMapDoesNotDependOnTheNumberOfThreads(int width)
    {
        RowStore rows = Rows(700, width, 1);
        RowMap one = Fit(rows, width, seed: 1, threads: 1), three = Fit(rows, width, seed: 1, threads: 3);
        Assert.Equal(one.Rows, three.Rows);
        Assert.Equal(one.Positions, three.Positions);
        Assert.NotEqual(one.Positions, Fit(rows, width, seed: 2, threads: 3).Positions);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(60)]
    public void LearnedRowsArePlacedWhereTheyWereLaidOut(int width)
    {
        RowStore rows = Rows(300, width, 1);
        RowMap map = Fit(rows, width, seed: 1, threads: 0);
        var position = new float[2];
        for (int row = 0; row < rows.Count; row++)
        {
            map.Place(rows.Features(row), position);
            Assert.Equal(map.Positions[2 * row], position[0], 1e-3);
            Assert.Equal(map.Positions[2 * row + 1], position[1], 1e-3);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(10, 1)]
    [InlineData(40, 1)]
    [InlineData(40, 40)]
    public void FewAndEqualRowsHaveFinitePlaces(int count, int different)
    {
        var store = new RowStore();
        for (int row = 0; row < count; row++)
            store.Add(-1, 2).Fill(row % different);
        RowMap map = Fit(store, 2, seed: 1, threads: 0);
        Assert.All(map.Positions, value => Assert.True(float.IsFinite(value)));
        var position = new float[2];
        foreach (float value in new[] { 0f, 0.5f, 1e6f })
        {
            map.Place([value, value], position);
            Assert.All(position, coordinate => Assert.True(float.IsFinite(coordinate)));
        }
        if (count > 2 && different == 1)
            Assert.True(map.Positions.Max() - map.Positions.Min() > 0.1f);
    }

    [Fact]
    public void ProgressAscendsFromTheSearchToOne()
    {
        var fractions = new List<double>();
        RowMap.Fit(Rows(200, 8, 1), 8, FeatureScaling.Auto, neighbors: 15, epochs: 20, seed: 1, progress: fractions.Add,
            token: TestContext.Current.CancellationToken);
        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1], 1e-12);
        Assert.Contains(fractions, fraction => fraction is > 0 and <= 0.2);
    }

    private static RowMap Fit(RowStore rows, int width, int seed, int threads) =>
        RowMap.Fit(rows, width, FeatureScaling.Auto, neighbors: 15,
        epochs: 100, seed, threads, token: TestContext.Current.CancellationToken);
}
