namespace Disentangle.ML.Trainers.Tests.Neighbors;

public class NeighborGraphTests
{
    // So few rows of a class are searched exactly that tests get by with few rows.
    private static readonly NeighborGraphSettings Approximate = new() { ExactLimit = 300, Mutual = false };

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
        float[] values = Clouds(rows, width);
        int[] labels = Labels(rows, classes, missing);
        var settings = new NeighborGraphSettings { Neighbors = 9, Mutual = mutual };
        AssertEqual(PlainNeighbors.Of(values, width, labels, settings), NeighborGraph.Build(values, width, labels, settings));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(2f)]
    [InlineData(300f)]
    public void Steps_prefer_neighbors_that_share_their_own(float power)
    {
        float[] values = Clouds(60, 3);
        int[] labels = Labels(60, 2, 0.1);
        var settings = new NeighborGraphSettings { Neighbors = 7, JaccardPower = power };
        NeighborGraph graph = NeighborGraph.Build(values, 3, labels, settings);
        int[][] lists = PlainNeighbors.Of(values, 3, labels, settings with { Mutual = false });
        HashSet<int>[] near = [.. lists.Select((list, row) => list.Append(row).ToHashSet())];
        var random = new Random(1);
        for (int row = 0; row < 60; row += 7)
        {
            int[] neighbors = graph.Of(row).ToArray();
            double[] weights =
            [
                .. neighbors.Select(n => Math.Pow((double)near[row].Intersect(near[n]).Count() / near[row].Union(near[n]).Count(), power)),
            ];
            var steps = new int[60];
            for (int i = 0; i < 20_000; i++)
                steps[graph.Step(row, random)]++;
            Assert.Equal(20_000, neighbors.Sum(n => steps[n]));
            for (int i = 0; i < neighbors.Length; i++)
                Assert.Equal(weights[i] / weights.Sum(), steps[neighbors[i]] / 20_000.0, 0.02);
        }
    }

    [Fact]
    public void A_step_from_a_row_without_neighbors_stays()
    {
        NeighborGraph graph = NeighborGraph.Build(Clouds(3, 3), 3, new[] { 0, 1, 1 }, new() { JaccardPower = 2 });
        Assert.Equal([0, 2, 1], Enumerable.Range(0, 3).Select(row => graph.Step(row, new Random(1))));
    }

    [Fact]
    public void Where_there_are_more_features_than_components_they_are_the_neighbors_on_those()
    {
        float[] values = Clouds(400, 30);
        int[] labels = Labels(400, 2, 0.1);
        var settings = new NeighborGraphSettings { Components = 6, Mutual = false };
        float[] coordinates = PrincipalComponents.Fit(values, 30, 6).Project(VectorRows.Of(values, 30));
        NeighborGraph onComponents = NeighborGraph.Build(values, 30, labels, settings);
        NeighborGraph onFeatures = NeighborGraph.Build(values, 30, labels, settings with { Components = null });

        AssertEqual(PlainNeighbors.Of(coordinates, 6, labels, settings), onComponents);
        AssertEqual(PlainNeighbors.Of(values, 30, labels, settings), onFeatures);
        Assert.NotEqual(onComponents.Hash, onFeatures.Hash);
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void Far_from_the_origin_they_are_as_right_as_near_it(double offset)
    {
        float[] values = [.. Clouds(600, 4).Select(value => (float)(offset + 0.05 * value))];
        AssertAsNear(values, 4);
    }

    [Fact]
    public void Groups_far_from_each_other_and_rows_far_out_cost_no_precision()
    {
        float[] values = Clouds(600, 4);
        for (int i = 0; i < 600; i++)
        {
            for (int f = 0; f < 4; f++)
                values[i * 4 + f] = (float)((i % 2 == 0 ? 1e4 : -1e4) + 0.05 * values[i * 4 + f]);
        }
        values[5 * 4] = 1e7f;
        AssertAsNear(values, 4);
    }

    [Fact]
    public void Of_equal_rows_the_first_are_neighbors()
    {
        float[] values = new float[1000 * 3];
        values.AsSpan().Fill(0.3f);
        var settings = new NeighborGraphSettings { Neighbors = 4, Mutual = false };
        AssertEqual(PlainNeighbors.Of(values, 3, null, settings), NeighborGraph.Build(values, 3, default, settings));
        // The approximate search compares a row with few of the others.
        NeighborGraph approximate = NeighborGraph.Build(values, 3, default, settings with { ExactLimit = 100 });
        Assert.All(Enumerable.Range(0, 1000), row => Assert.Equal(4, approximate.Of(row).Length));
    }

    [Fact]
    public void Equal_distances_come_in_the_order_of_the_rows()
    {
        // A grid, on which every row has ties.
        float[] values = [.. Enumerable.Range(0, 400).SelectMany(i => new float[] { i * 7 % 20, i * 7 / 20 % 20 })];
        var settings = new NeighborGraphSettings { Neighbors = 6, Mutual = false };
        AssertEqual(PlainNeighbors.Of(values, 2, null, settings), NeighborGraph.Build(values, 2, default, settings));
    }

    [Theory]
    [InlineData(50_000, true)]
    [InlineData(200, true)]
    [InlineData(200, false)]
    public void No_row_is_its_own_neighbor_nor_one_of_another_class(int exactLimit, bool mutual)
    {
        float[] values = Clouds(4000, 6);
        int[] labels = Labels(4000, 3, 0.3);
        var settings = new NeighborGraphSettings { ExactLimit = exactLimit, Mutual = mutual };
        NeighborGraph graph = NeighborGraph.Build(values, 6, labels, settings);
        NeighborGraph whole = NeighborGraph.Build(values, 6, labels, settings with { Mutual = false });
        for (int row = 0; row < graph.Rows; row++)
        {
            int[] own = graph.Of(row).ToArray();
            Assert.InRange(own.Length, 1, 15);
            Assert.Equal(own.Length, own.Distinct().Count());
            Assert.DoesNotContain(row, own);
            Assert.All(own, other => Assert.True(labels[row] < 0 || labels[other] < 0 || labels[row] == labels[other]));
            Assert.Equal(own, own.OrderBy(other => PlainNeighbors.Distance(values, 6, row, other)));
            if (!mutual)
                continue;
            // Mutual, and the nearest others where fewer than a third are.
            int[] nearest = whole.Of(row).ToArray();
            int[] both = [.. nearest.Where(other => whole.Of(other).Contains(row))];
            Assert.Equal(Math.Max(both.Length, Math.Max(1, nearest.Length / 3)), own.Length);
            Assert.Empty(both.Except(own));
            Assert.Equal(nearest.Except(both).Take(own.Length - both.Length), own.Except(both));
        }
    }

    [Theory]
    [InlineData("clouds", 0, 1)]
    [InlineData("clouds", 0.4, 2)]
    [InlineData("clouds", 1, 1)]
    [InlineData("noise", 0, 1)]
    [InlineData("whole numbers", 1, 1)]
    public void The_approximate_search_finds_nearly_all_neighbors(string kind, double missing, int classes)
    {
        const int width = 8, rows = 6000;
        var random = new Random(4);
        float[] values = kind switch
        {
            "clouds" => Clouds(rows, width),
            "noise" => [.. Enumerable.Range(0, rows * width).Select(_ => random.NextSingle())],
            _ => [.. Enumerable.Range(0, rows * width).Select(_ => (float)random.Next(3))],
        };
        int[] labels = Labels(rows, classes, missing);
        NeighborGraph graph = NeighborGraph.Build(values, width, labels, Approximate);
        NeighborGraph exact = NeighborGraph.Build(values, width, labels, new() { Mutual = false });

        Assert.NotEqual(exact.Hash, graph.Hash);
        double found = 0;
        for (int row = 0; row < rows; row++)
        {
            // Of rows at the same distance any will do.
            double farthest = PlainNeighbors.Distance(values, width, row, exact.Of(row)[^1]);
            Assert.Equal(15, graph.Of(row).Length);
            foreach (int other in graph.Of(row))
                found += PlainNeighbors.Distance(values, width, row, other) <= farthest ? 1 : 0;
        }
        Assert.InRange(found / rows / 15, 0.95, 1);
    }

    [Theory]
    [InlineData(50_000)]
    [InlineData(300)]
    public void The_graph_depends_on_neither_threads_nor_where_the_rows_are(int exactLimit)
    {
        float[] values = Clouds(3000, 12);
        int[] labels = Labels(3000, 2, 0.2);
        NeighborGraphSettings settings = new() { Components = 8, ExactLimit = exactLimit, Seed = 3 };
        string hash = NeighborGraph.Build(values, 12, labels, settings with { Threads = 1 }).Hash;
        foreach (int threads in (int[])[0, 1, 2, 5])
            Assert.Equal(hash, NeighborGraph.Build(values, 12, labels, settings with { Threads = threads }).Hash);

        var store = new RowStore();
        for (int row = 0; row < 3000; row++)
            values.AsSpan(row * 12, 12).CopyTo(store.Add(labels[row], 12));
        Assert.Equal(hash, NeighborGraph.Build(store, settings).Hash);
    }

    [Fact]
    public void In_classes_of_two_rows_each_is_the_neighbor_of_the_other()
    {
        float[] values = Clouds(40_000, 4);
        int[] labels = [.. Enumerable.Range(0, 40_000).Select(row => row % 20_000)];
        NeighborGraph graph = NeighborGraph.Build(values, 4, labels, new());

        Assert.All(Enumerable.Range(0, 40_000), row => Assert.Equal([(row + 20_000) % 40_000], graph.Of(row).ToArray()));
    }

    [Fact]
    public void A_class_of_few_rows_has_them_all_as_neighbors_and_a_warning()
    {
        float[] values = Clouds(40, 3);
        int[] labels = [.. Enumerable.Range(0, 40).Select(row => row == 7 ? 2 : row < 4 ? 1 : 0)];
        NeighborGraph graph = NeighborGraph.Build(values, 3, labels, new());

        Assert.True(graph.Of(7).IsEmpty);
        Assert.Equal([0, 2, 3], graph.Of(1).ToArray().Order());
        Assert.Equal(
        [
            "Class 1 has 4 rows, too few for 15 neighbours: each has only 3.",
            "Class 2 has one row, which has no neighbours.",
        ], graph.Warnings);
    }

    [Fact]
    public void Rows_without_label_are_neighbors_of_a_class_of_one_row()
    {
        float[] values = Clouds(40, 3);
        int[] labels = [.. Enumerable.Range(0, 40).Select(row => row == 7 ? 2 : row < 4 ? -1 : 0)];
        NeighborGraph graph = NeighborGraph.Build(values, 3, labels, new() { Mutual = false });

        Assert.Equal([0, 1, 2, 3], graph.Of(7).ToArray().Order());
        Assert.Equal(["Class 2 has, counting those without a label, 5 rows, too few for 15 neighbours: each has only 4."], graph.Warnings);
    }

    [Fact]
    public void One_row_a_class_gives_no_neighbors_and_not_a_warning_each()
    {
        NeighborGraph graph = NeighborGraph.Build(Clouds(30, 3), 3, Enumerable.Range(0, 30).ToArray(), new());

        Assert.All(Enumerable.Range(0, 30), row => Assert.True(graph.Of(row).IsEmpty));
        Assert.Equal(6, graph.Warnings.Count);
        Assert.Equal("25 more classes have too few rows for 15 neighbours.", graph.Warnings[^1]);
    }

    [Fact]
    public void Few_rows_without_labels_give_a_warning()
    {
        Assert.Equal(["There are 8 rows, too few for 15 neighbours: each has only 7."],
            NeighborGraph.Build(Clouds(8, 3), 3, default, new()).Warnings);
        Assert.Equal(["There is one row, which has no neighbours."], NeighborGraph.Build(Clouds(1, 3), 3, default, new()).Warnings);
    }

    [Theory]
    [InlineData(float.NaN, "Feature 2 of row 17 (from 0) is NaN; it must be finite.")]
    [InlineData(float.NegativeInfinity, "Feature 2 of row 17 (from 0) is -Infinity; it must be finite.")]
    [InlineData(-1e20f, "Feature 2 of row 17 (from 0) is -1E+20; it must be within ±1E+17 for finite distances.")]
    public void Values_without_distances_are_refused(float value, string message)
    {
        float[] values = Clouds(40, 3);
        values[17 * 3 + 2] = value;
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => NeighborGraph.Build(values, 3, default, new())).Message);
    }

    [Fact]
    public void Rows_of_different_length_are_refused()
    {
        var store = new RowStore();
        store.Add(0, 4);
        store.Add(0, 8);
        Assert.Equal("Row 1 (from 0) has 8 values, but row 0 has 4; rows must have the same length to find neighbours.",
            Assert.Throws<InvalidDataException>(() => NeighborGraph.Build(store, new())).Message);
    }

    [Fact]
    public void Arguments_and_settings_are_checked()
    {
        Assert.Throws<ArgumentException>(() => NeighborGraph.Build(new float[10], 3, default, new()));
        Assert.Throws<ArgumentException>(() => NeighborGraph.Build(new float[9], 3, new int[2], new()));
        Assert.Throws<ArgumentException>(() => NeighborGraph.Build(new float[9], 3, new int[] { 0, -2, 0 }, new()));
        var settings = new NeighborGraphSettings { Neighbors = 0, Components = 0, ExactLimit = 0, Threads = -1, JaccardPower = -1 };
        string message = Assert.Throws<ArgumentException>(() => NeighborGraph.Build(new float[9], 3, default, settings)).Message;
        string[] faults = ["Neighbors is 0", "Components is 0", "ExactLimit is 0", "Threads is -1", "JaccardPower is -1"];
        Assert.All(faults, fault => Assert.Contains(fault, message));
    }

    [Theory]
    [InlineData(50_000)]
    [InlineData(300)]
    public void Progress_ascends_to_1_and_cancellation_ends_the_work_at_any_point(int exactLimit)
    {
        float[] values = Clouds(3000, 12);
        var settings = new NeighborGraphSettings { Components = 8, ExactLimit = exactLimit };
        var reports = new List<double>();
        NeighborGraph.Build(values, 12, default, settings, reports.Add);
        Assert.Equal(reports.Order(), reports);
        Assert.InRange(reports[0], 0, 0.5);
        Assert.Equal(1, reports[^1]);
        Assert.InRange(reports.Count(done => done > 0.999), 1, 2);

        foreach (double share in (double[])[0, 0.05, 0.15, 0.25, 0.5, 0.9])
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => NeighborGraph.Build(values, 12, default, settings, done =>
            {
                if (done > share)
                    source.Cancel();
            }, source.Token));
        }
        Assert.ThrowsAny<OperationCanceledException>(() =>
            NeighborGraph.Build(values, 12, default, settings, null, new CancellationToken(true)));
    }

    private static void AssertAsNear(float[] values, int width)
    {
        NeighborGraph graph = NeighborGraph.Build(values, width, default, new() { Neighbors = 9, Mutual = false });
        for (int row = 0; row < graph.Rows; row++)
        {
            double[] expected = [.. PlainNeighbors.Nearest(values, width, null, row, 9).Select(DistanceTo)];
            double[] actual = [.. graph.Of(row).ToArray().Select(DistanceTo)];
            // Distances equal in single precision may come in another order.
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * pair.First));

            double DistanceTo(int other) => PlainNeighbors.Distance(values, width, row, other);
        }
    }

    private static void AssertEqual(int[][] expected, NeighborGraph graph)
    {
        Assert.Equal(expected.Length, graph.Rows);
        for (int row = 0; row < expected.Length; row++)
            Assert.Equal(expected[row], graph.Of(row).ToArray());
    }

    private static float[] Clouds(int rows, int width)
    {
        var random = new Random(1);
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
