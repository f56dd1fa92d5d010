using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Evaluators.Tests;

public class NeighborTests
{
    private static readonly JsonElement[] References =
        [.. Reference.Read(TestData.InRepository("tests", "reference", "unsupervised.json")).GetProperty("cases").EnumerateArray()];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, References.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void NeighboursAndScoresAgreeWithScikitLearn(int number)
    {
        JsonElement sample = References[number];
        int[] classes = sample.Integers("classes");
        int[][] clusterings = [.. sample.GetProperty("clusterings").EnumerateArray()
            .Select(list => list.EnumerateArray().Select(x => x.GetInt32()).ToArray())];
        NeighborGraph graph = NeighborGraph.Create<double>(
            sample.Points("points"), classes.Length, new() { Neighbors = sample.GetProperty("neighbors").GetInt32() });
        Assert.Equal(sample.Points("pairs"), graph.Pairs.ToArray().SelectMany(pair => new double[] { pair.First, pair.Second }));

        UnsupervisedEvaluation evaluation = UnsupervisedEvaluation.Create(clusterings, classes, graph);
        for (int i = 0; i < clusterings.Length; i++)
        {
            UnsupervisedQuality quality = evaluation.Clusterings[i];
            Assert.Equal(sample.Reals("kappa")[i], quality.NeighborKappa!.Value, 12);
            Assert.Equal(sample.Reals("kappaWithin")[i], quality.NeighborKappaWithin!.Value, 12);
            Assert.Equal(sample.Reals("modularity")[i], ClusteringMetrics.NeighborModularity(graph, clusterings[i]), 12);
        }
        Assert.Equal(sample.Real("stability"), ClusteringMetrics.Stability(clusterings), 12);
        Assert.Equal(sample.Real("stability"), evaluation.Summaries["Stability"].Mean, 12);
    }

    [Fact]
    public void ManyRowsInSeveralBlocksHaveTheNeighboursOfPlainLoops()
    {
        (double[] points, _) = Blobs(rows: 600, dimension: 7);
        NeighborGraph graph = NeighborGraph.Create<double>(points, 600);
        Assert.Equal(PlainPairs(points, 600, 10), graph.Pairs.ToArray());
        Assert.Equal(graph.Pairs.ToArray(), NeighborGraph.Create<double>(points, 600, new() { Threads = 1 }).Pairs.ToArray());
        Assert.Equal(graph.Pairs.ToArray(), NeighborGraph.Create<double>(points, 600, new() { Threads = 0 }).Pairs.ToArray());
        // Far from the origin, where |x|² + |y|² - 2 x·y would cancel.
        double[] far = [.. points.Select(x => x + 1e7)];
        Assert.Equal(graph.Pairs.ToArray(), NeighborGraph.Create<double>(far, 600).Pairs.ToArray());
        // Two groups far from each other, and so from their mean.
        double[] groups = [.. points.Select((x, i) => i / 7 % 2 == 0 ? x : x + 1e9)];
        Assert.Equal(PlainPairs(groups, 600, 10), NeighborGraph.Create<double>(groups, 600).Pairs.ToArray());
    }

    [Fact]
    public void ASampleIsThatOfTheSeedAndKeepsTheCallersRowNumbers()
    {
        (double[] points, int[] groups) = Blobs(rows: 300, dimension: 3);
        NeighborGraph graph = NeighborGraph.Create<double>(points, 300, new() { MaximumRows = 100, Seed = 4 });
        Assert.True(graph.IsSample);
        Assert.Equal(100, graph.Rows.ToArray().Distinct().Count());
        Assert.Contains("a sample of 100 of 300 rows", graph.ToString(), StringComparison.Ordinal);
        Assert.Equal(graph.Rows.ToArray(), NeighborGraph.Create<double>(points, 300, new() { MaximumRows = 100, Seed = 4 }).Rows.ToArray());
        Assert.NotEqual(graph.Rows.ToArray(),
            NeighborGraph.Create<double>(points, 300, new() { MaximumRows = 100, Seed = 5 }).Rows.ToArray());

        // The sample by itself gives the same pairs, under its own numbers.
        int[] rows = graph.Rows.ToArray();
        NeighborGraph alone = NeighborGraph.Create<double>([.. rows.SelectMany(row => points[(3 * row)..(3 * row + 3)])], 100);
        Assert.Equal(alone.Pairs.ToArray().Select(pair => new NeighborPair(rows[pair.First], rows[pair.Second])), graph.Pairs.ToArray());
        Assert.Equal(ClusteringMetrics.NeighborKappa(alone, [.. rows.Select(row => groups[row])]),
            ClusteringMetrics.NeighborKappa(graph, groups), 12);
        Assert.False(NeighborGraph.Create<double>(points, 300).IsSample);
    }

    [Fact]
    public void NumbersOfClustersAndOrderOfRowsDoNotMatter()
    {
        (double[] points, int[] groups) = Blobs(rows: 200, dimension: 4);
        int[] classes = [.. groups.Select(group => group / 2)];
        int[] clusters = [.. groups.Select((group, row) => row % 3 == 0 ? row % 5 : group)];
        NeighborGraph graph = NeighborGraph.Create<double>(points, 200);
        double kappa = ClusteringMetrics.NeighborKappa(graph, clusters),
            within = ClusteringMetrics.NeighborKappaWithin(graph, clusters, classes);

        int[] renamed = [.. clusters.Select(cluster => 1000 - 7 * cluster)];
        Assert.Equal(kappa, ClusteringMetrics.NeighborKappa(graph, renamed), 12);
        Assert.Equal(within, ClusteringMetrics.NeighborKappaWithin(graph, renamed, [.. classes.Select(c => 9 - c)]), 12);
        Assert.Equal(1, ClusteringMetrics.Stability([clusters, renamed]), 12);

        int[] order = [.. Enumerable.Range(0, 200)];
        new Random(3).Shuffle(order);
        NeighborGraph shuffled = NeighborGraph.Create<double>([.. order.SelectMany(row => points[(4 * row)..(4 * row + 4)])], 200);
        int[] Reordered(int[] values) => [.. order.Select(row => values[row])];
        Assert.Equal(kappa, ClusteringMetrics.NeighborKappa(shuffled, Reordered(clusters)), 12);
        Assert.Equal(within, ClusteringMetrics.NeighborKappaWithin(shuffled, Reordered(clusters), Reordered(classes)), 12);
    }

    [Fact]
    public void ClustersOfNeighboursScoreOneAndRandomOnesAboutZero()
    {
        NeighborGraph graph = NeighborGraph.Create<float>([0, 1, 10, 11, 100, 101], 6, new() { Neighbors = 1 });
        Assert.Equal([new(0, 1), new(2, 3), new(4, 5)], graph.Pairs.ToArray());
        Assert.Equal(1, ClusteringMetrics.NeighborKappa(graph, [7, 7, 8, 8, 9, 9]));
        Assert.Equal(2 / 3.0, ClusteringMetrics.NeighborModularity(graph, [7, 7, 8, 8, 9, 9]), 12);
        // No pair together: a = 0, e = 1/2.
        Assert.Equal(-1, ClusteringMetrics.NeighborKappa(graph, [0, 1, 0, 1, 0, 1]), 12);

        (double[] points, _) = Blobs(rows: 1000, dimension: 3);
        var random = new Random(1);
        int[] chance = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(5))];
        Assert.InRange(ClusteringMetrics.NeighborKappa(NeighborGraph.Create<double>(points, 1000), chance), -0.03, 0.03);
    }

    [Fact]
    public void ClustersThatRepeatTheClassesFindNothingWithinThem()
    {
        (double[] points, int[] groups) = Blobs(rows: 100, dimension: 3);
        int[] classes = [.. groups.Select(group => group / 2)];
        NeighborGraph graph = NeighborGraph.Create<double>(points, 100);
        Assert.Equal(0, ClusteringMetrics.NeighborKappaWithin(graph, classes, classes));
        Assert.Equal(1, ClusteringMetrics.Stability([classes, classes]), 12);
        UnsupervisedQuality quality = UnsupervisedEvaluation.Create([classes, classes], classes, graph).Clusterings[0];
        Assert.True(quality.RepeatsClasses);
        Assert.Equal(1, quality.CoarsePurity);
        Assert.Equal(0, quality.StabilityTimesPurity);
        Assert.Equal(0, quality.KappaWithinTimesPurity);
    }

    [Fact]
    public void OneClusterAndSingleRowsAreNoStableFind()
    {
        int[] one = new int[50], single = [.. Enumerable.Range(0, 50)];
        (double[] points, _) = Blobs(rows: 50, dimension: 2);
        NeighborGraph graph = NeighborGraph.Create<double>(points, 50);
        Assert.Equal(0, ClusteringMetrics.Stability([one, one]));
        Assert.Equal(0, ClusteringMetrics.Stability([single, single]));
        Assert.Equal(0, ClusteringMetrics.NeighborKappa(graph, one));
        Assert.Equal(0, ClusteringMetrics.NeighborModularity(graph, one));
        Assert.True(ClusteringMetrics.NeighborKappa(graph, single) < 0);
    }

    [Fact]
    public void OneClassIsAsNone()
    {
        (double[] points, int[] groups) = Blobs(rows: 100, dimension: 3);
        NeighborGraph graph = NeighborGraph.Create<double>(points, 100);
        UnsupervisedQuality quality = UnsupervisedEvaluation.Create([groups, groups], new int[100], graph).Clusterings[1];
        Assert.Equal(quality.NeighborKappa, quality.NeighborKappaWithin);
        Assert.Equal(1, quality.CoarsePurity);
    }

    [Fact]
    public void EqualRowsHaveNeighboursToo()
    {
        NeighborGraph graph = NeighborGraph.Create<float>(Enumerable.Repeat(0.1f, 60).ToArray(), 30, new() { Neighbors = 5 });
        Assert.True(graph.Pairs.Length > 0);
        Assert.Equal(0, ClusteringMetrics.NeighborKappa(graph, new int[30]));
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        float[] points = [1, 2, 3, 4];
        NeighborGraph graph = NeighborGraph.Create<float>(points, 4, new() { Neighbors = 1 });
        Assert.Contains("10 neighbours per row need at least 11 rows; there are 4.", Refusal(() => NeighborGraph.Create<float>(points, 4)));
        Assert.Contains("there are 3", Refusal(() => NeighborGraph.Create<float>(points, 4, new() { Neighbors = 3, MaximumRows = 3 })));
        Assert.Contains("there are 0", Refusal(() => NeighborGraph.Create<float>([], 0)));
        Assert.Contains("4 coordinates for 3 rows", Refusal(() => NeighborGraph.Create<float>(points, 3, new() { Neighbors = 1 })));
        Assert.Contains("Row 1 ", Refusal(() => NeighborGraph.Create<float>([1, float.NaN, 3, 4], 4, new() { Neighbors = 1 })));
        string faults = Refusal(() => NeighborGraph.Create<float>(points, 4, new() { Neighbors = 0, MaximumRows = 1, Threads = -1 }));
        Assert.Contains("Neighbors is 0", faults);
        Assert.Contains("MaximumRows is 1", faults);
        Assert.Contains("Threads is -1", faults);

        Assert.Contains("The graph has 4 rows, but there are 3 clusters.",
            Refusal(() => ClusteringMetrics.NeighborKappa(graph, [1, 2, 3])));
        Assert.Contains("there are 3 classes", Refusal(() => ClusteringMetrics.NeighborKappaWithin(graph, [1, 1, 2, 2], [1, 2, 3])));
        Assert.Contains("No two mutual neighbours",
            Refusal(() => ClusteringMetrics.NeighborKappaWithin(graph, [1, 1, 2, 2], [0, 1, 2, 3])));
        Assert.Contains("at least two clusterings, not 1", Refusal(() => ClusteringMetrics.Stability([[1, 2]])));
        Assert.Contains("one label and one cluster", Refusal(() => ClusteringMetrics.Stability([[1, 2], [1, 2, 3]])));
        Assert.Throws<ArgumentNullException>(() => ClusteringMetrics.NeighborKappa(null!, [1]));
    }

    private static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message;

    /// <summary>Four groups that overlap.</summary>
    private static (double[] Points, int[] Groups) Blobs(int rows, int dimension)
    {
        var random = new Random(5);
        int[] groups = [.. Enumerable.Range(0, rows).Select(row => row % 4)];
        return ([.. groups.SelectMany(group => Enumerable.Range(0, dimension).Select(f => group * (f % 2) + 2 * random.NextDouble()))],
            groups);
    }

    private static NeighborPair[] PlainPairs(double[] points, int rows, int k)
    {
        int d = points.Length / rows;
        HashSet<int>[] nearest = [.. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, rows).Where(j => j != i)
            .OrderBy(j => Enumerable.Range(0, d).Sum(f => Math.Pow(points[i * d + f] - points[j * d + f], 2))).Take(k).ToHashSet())];
        return [.. Enumerable.Range(0, rows).SelectMany(i => Enumerable.Range(i + 1, rows - i - 1)
            .Where(j => nearest[i].Contains(j) && nearest[j].Contains(i)).Select(j => new NeighborPair(i, j)))];
    }
}
