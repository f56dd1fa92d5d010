using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Disentangle.ML.Evaluators.Tests;

public class MatchingTests
{
    /// <summary>Tables of up to 7 classes and clusters with small counts, many of them 0 or equal.</summary>
    private static Arbitrary<int[,]> SmallTables => (
        from classes in Gen.Choose(1, 7)
        from clusters in Gen.Choose(1, 7)
        from top in Gen.Choose(1, 12)
        from counts in Gen.ArrayOf(Gen.Choose(0, top), classes * clusters)
        select Shape(counts, classes, clusters)).ToArbitrary();

    [Fact]
    public void TotalEqualsTheBestOfAllMatchings() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(SmallTables, counts => Total(counts) == BestByTrial(counts, 0, 0)));

    [Fact]
    public void TotalEqualsThatOfScipy()
    {
        foreach (JsonElement sample in Reference.Cases("assignmentCases"))
            Assert.Equal(sample.GetProperty("total").GetInt64(), Total(sample.Table("table")));
    }

    [Theory]
    [InlineData(300, 300, 3)]
    [InlineData(300, 300, 20_000)]
    [InlineData(40, 500, 50)]
    [InlineData(500, 40, 50)]
    public void TransposedTablesHaveTheSameTotal(int classes, int clusters, int top)
    {
        int[,] counts = Draw(new Random(11), classes, clusters, top);
        var transposed = new int[clusters, classes];
        for (int i = 0; i < classes; i++)
        {
            for (int j = 0; j < clusters; j++)
                transposed[j, i] = counts[i, j];
        }
        Assert.Equal(Total(counts), Total(transposed));
    }

    [Fact]
    public void MatchingIsOneToOneAndNeverPairsClassesWithClustersTheyDoNotMeet()
    {
        ContingencyTable table = ContingencyTable.FromCounts(Draw(new Random(2), 30, 20, 3));
        int[] matched = [.. table.MatchedClusters.ToArray().Where(j => j >= 0)];
        Assert.Equal(matched.Distinct(), matched);
        Assert.All(Enumerable.Range(0, table.ClassCount),
            i => Assert.True(table.MatchedClusters[i] < 0 || table[i, table.MatchedClusters[i]] > 0));

        Assert.Equal(new Dictionary<int, int> { [0] = 1 }, ClusteringMetrics.HungarianMatching([0, 1, 1, 2], [0, 0, 0, 0]));
    }

    [Fact]
    public void CountsNearTheLimitAreExact()
    {
        const int big = 400_000_000;
        Assert.Equal(3L * big - 2, Total(new[,] { { big, big - 1, 0 }, { big, 0, 1 }, { 0, big + 1, big - 1 } }));
    }

    private static long Total(int[,] counts)
    {
        ContingencyTable table = ContingencyTable.FromCounts(counts);
        long total = 0;
        for (int i = 0; i < table.ClassCount; i++)
        {
            if (table.MatchedClusters[i] >= 0)
                total += table[i, table.MatchedClusters[i]];
        }
        return total;
    }

    private static long BestByTrial(int[,] counts, int row, int used)
    {
        if (row == counts.GetLength(0))
            return 0;
        long best = BestByTrial(counts, row + 1, used);
        for (int j = 0; j < counts.GetLength(1); j++)
        {
            if ((used & 1 << j) == 0)
                best = Math.Max(best, counts[row, j] + BestByTrial(counts, row + 1, used | 1 << j));
        }
        return best;
    }

    private static int[,] Draw(Random random, int classes, int clusters, int top) =>
        Shape([.. Enumerable.Range(0, classes * clusters).Select(_ => random.Next(top))], classes, clusters);

    private static int[,] Shape(int[] counts, int classes, int clusters)
    {
        var table = new int[classes, clusters];
        Buffer.BlockCopy(counts, 0, table, 0, sizeof(int) * counts.Length);
        // A table holds at least one row.
        table[0, 0]++;
        return table;
    }
}
