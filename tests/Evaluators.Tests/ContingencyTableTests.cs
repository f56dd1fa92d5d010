namespace Disentangle.ML.Evaluators.Tests;

public class ContingencyTableTests
{
    [Fact]
    public void CountsAnyIntegersInAscendingOrder()
    {
        ContingencyTable table = ContingencyTable.Create([int.MaxValue, -5, -5, int.MinValue], [9, int.MinValue, 9, 9]);
        Assert.Equal([int.MinValue, -5, int.MaxValue], table.ClassValues.ToArray());
        Assert.Equal([int.MinValue, 9], table.ClusterValues.ToArray());
        Assert.Equal(new[,] { { 0, 1 }, { 1, 1 }, { 0, 1 } }, table.ToArray());
        Assert.Equal([1, 2, 1], table.ClassSizes.ToArray());
        Assert.Equal([1, 3], table.ClusterSizes.ToArray());
        Assert.Equal(4, table.RowCount);
        Assert.Equal(0, table[0, 0]);
        Assert.Equal(1, table[1, 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => table[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => table[0, -1]);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(10, 1000)]
    [InlineData(3000, 1)]
    [InlineData(3000, 1_000_000)]
    public void DenseAndSparseCountingAgreeWithPlainCounting(int values, int step)
    {
        var random = new Random(7);
        int[] labels = [.. Enumerable.Range(0, 5000).Select(_ => (random.Next(values) - values / 2) * step / values)];
        int[] clusters = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(values) * step)];
        var expected = labels.Zip(clusters).GroupBy(pair => pair).ToDictionary(group => group.Key, group => group.Count());

        ContingencyTable table = ContingencyTable.Create(labels, clusters);
        Assert.Equal(expected,
            table.Cells.ToDictionary(cell => (table.ClassValues[cell.Class], table.ClusterValues[cell.Cluster]), cell => cell.Count));
    }

    [Fact]
    public void FromCountsLeavesOutEmptyRowsAndColumns()
    {
        ContingencyTable table = ContingencyTable.FromCounts(new[,] { { 2, 0, 1 }, { 0, 0, 0 }, { 0, 0, 4 } });
        Assert.Equal([0, 2], table.ClassValues.ToArray());
        Assert.Equal([0, 2], table.ClusterValues.ToArray());
        Assert.Equal(new[,] { { 2, 1 }, { 0, 4 } }, table.ToArray());
    }

    [Fact]
    public void FromCountsRefusesNegativeEmptyAndTooManyCounts()
    {
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => ContingencyTable.FromCounts(new[,] { { 3, -1 } })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ContingencyTable.FromCounts(new[,] { { 0, 0 } }));
        Assert.Throws<ArgumentException>(() => ContingencyTable.FromCounts(new[,] { { int.MaxValue, 1 } }));
    }

    [Fact]
    public void HundredThousandClassesAndClustersStaySparse()
    {
        const int k = 100_000;
        var random = new Random(3);
        int[] labels = [.. Enumerable.Range(0, 10 * k).Select(i => i % k)];
        int[] clusters = [.. labels.Select(label => random.NextDouble() < 0.6 ? k - label : random.Next(k))];
        ContingencyTable table = ContingencyTable.Create(labels, clusters);
        Assert.Equal(k, table.ClassCount);
        Assert.InRange(ClusteringMetrics.AdjustedMutualInformation(table), 0.4, 0.7);
        Assert.InRange(ClusteringMetrics.HungarianAccuracy(table), 0.59, 0.62);
        Assert.InRange(ClusteringMetrics.AdjustedRandIndex(table), 0.3, 0.4);
    }

    [Fact]
    public void PrintsClustersInMatchedOrder()
    {
        ContingencyTable table = ContingencyTable.Create([1, 1, 1, 2, 2, 2], [7, 7, 5, 5, 5, 9]);
        Assert.Equal([1, 0, 2], table.MatchedOrder());
        Assert.Equal(
            """
            class \ cluster  7  5  9  total
            1                2  1  0      3
            2                0  2  1      3
            total            2  3  1      6

            """,
            table.ToString(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void PrintsPartOfALargeTableAndSaysSo()
    {
        int[] labels = [.. Enumerable.Range(0, 200)];
        string text = ContingencyTable.Create(labels, [.. labels.Select(x => x / 2)]).ToString();
        Assert.Contains("30 of 200 classes and 30 of 100 clusters shown.", text, StringComparison.Ordinal);
    }
}
