namespace Disentangle.ML.Trainers.Tests.Neighbors;

public class NeighborGraphTests
{
    public static TheoryData<int, int, int, double, bool> Cases => new()
    {
        // rows, width, classes, share of missing labels, mutual
        { 700, 5, 1, 0, false },
        { 700, 5, 3, 0, false },
        { 700, 5, 3, 0.3, false },
        { 700, 5, 3, 0.3, true },
        { 700, 5, 40, 0.05, true },
        { 1500, 20, 2, 0, true },
        { 300, 3, 1, 1, true },
        { 5, 1, 2, 0.5, false },
        { 1, 4, 1, 0, true },
        { 0, 4, 1, 0, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Neighbors_are_those_of_plain_loops(int rows, int width, int classes, double missing, bool mutual)
    {
        float[] values = Clouds(rows, width, seed: 1);
        int[] labels = Labels(rows, classes, missing);
        var settings = new NeighborGraphSettings { Neighbors = 9, Mutual = mutual };
        NeighborGraph graph = NeighborGraph.Build(values, width, labels, settings);

        AssertEqual(PlainNeighbors.Of(values, width, labels, settings), graph);
    }

    private static void AssertEqual(int[][] expected, NeighborGraph graph)
    {
        Assert.Equal(expected.Length, graph.Rows);
        for (int row = 0; row < expected.Length; row++)
            Assert.Equal(expected[row], graph.Of(row).ToArray());
    }

    private static float[] Clouds(int rows, int width, int seed)
    {
        var random = new Random(seed);
        float[] centers = [.. Enumerable.Range(0, 8 * width).Select(_ => (float)(3 * Gaussian(random)))];
        return [.. Enumerable.Range(0, rows * width).Select(i => (float)Gaussian(random) + centers[i / width % 8 * width + i % width])];
    }

    private static int[] Labels(int rows, int classes, double missing)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < missing ? -1 : random.Next(classes))];
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
