using System.Text.Json;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators.Tests;

public class DescriptionTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Row
    {
        public uint PredictedLabel { get; set; }

        public double Number { get; set; }

        public bool Flag { get; set; }

        public string Text { get; set; } = "";

        public string Name { get; set; } = "";

        [VectorType(3)]
        public float[] Vector { get; set; } = [0, 0, 0];

        [VectorType(2)]
        public float[] Embedding { get; set; } = [0, 0];

        public DateTime Date { get; set; }
    }

    [Fact]
    public void DifferencesAndIntervalsAreThoseOfStatsmodels()
    {
        JsonElement reference = Reference.Read(TestData.InRepository("tests", "reference", "descriptions.json"));
        int[] clusters = reference.Integers("clusters");
        float[][] values = [.. reference.GetProperty("values").EnumerateArray().Select(row =>
            row.EnumerateArray().Select(x => x.ValueKind == JsonValueKind.Null ? float.NaN : x.GetSingle()).ToArray())];
        ClusterDescriptions descriptions =
            Describe(clusters.Select((cluster, i) => new Row { PredictedLabel = (uint)cluster, Vector = values[i] }), ["Vector"],
            options: new() { Confidence = reference.Real("confidence") });
        foreach (JsonElement expected in reference.GetProperty("cases").EnumerateArray())
        {
            ClusterDescription cluster = descriptions.Clusters[expected.GetProperty("cluster").GetInt32()];
            FeatureDifference actual = cluster.Differences.Single(
                difference => difference.Feature == $"Vector.{expected.GetProperty("feature").GetInt32()}");
            Assert.Equal(expected.GetProperty("rows").GetInt32(), actual.Rows);
            // The values are read as Single.
            Assert.Equal(expected.Real("mean"), actual.Mean, 1e-6);
            Assert.Equal(expected.Real("others"), actual.OtherMean, 1e-6);
            Assert.Equal(expected.Real("difference"), actual.Difference, 1e-6);
            Assert.Equal(expected.Real("lower"), actual.Lower, 1e-6);
            Assert.Equal(expected.Real("upper"), actual.Upper, 1e-6);
        }
        foreach (ClusterDescription cluster in descriptions.Clusters)
            Assert.Equal(cluster.Differences.OrderByDescending(x => Math.Abs(x.Difference)), cluster.Differences);
    }

    [Fact]
    public void RowsLabelsAndNeighboursAreThoseOfPlainLoops()
    {
        var random = new Random(2);
        Row[] rows = [.. Enumerable.Range(0, 200).Select(i => new Row
        {
            PredictedLabel = (uint)random.Next(1, 5),
            Text = new[] { "", "red", "green" }[random.Next(3)],
            Name = $"row {i}",
            Embedding = [random.NextSingle(), random.NextSingle()],
        })];
        ClusterDescriptions descriptions = Describe(rows, ["Text"], ["Text"], "Embedding", "Name");
        Assert.Equal(["1", "2", "3", "4"], descriptions.Clusters.Select(cluster => cluster.Name));
        double[][] means = [.. Enumerable.Range(1, 4).Select(c => new[] { 0, 1 }.Select(f => rows.Where(row => row.PredictedLabel == c)
            .Average(row => (double)row.Embedding[f])).ToArray())];
        foreach (ClusterDescription cluster in descriptions.Clusters)
        {
            int c = int.Parse(cluster.Name);
            int[] members = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i].PredictedLabel == c)];
            Assert.Equal((members.Length, members.Length / 200.0), (cluster.Rows, cluster.Share));

            ClusterLabels labels = cluster.Labels.Single();
            int red = members.Count(i => rows[i].Text == "red"), known = members.Count(i => rows[i].Text != "");
            LabelShare share = labels.Shares.Single(share => share.Label == "red");
            Assert.Equal((red, (double)red / known, members.Length - known), (share.Rows, share.Share, labels.RowsWithoutLabel));
            Assert.Equal(rows.Count(row => row.Text == "red") / (double)rows.Count(row => row.Text != ""), share.OverallShare);
            FeatureDifference feature = cluster.Differences.Single(difference => difference.Feature == "Text = red");
            Assert.Equal(share.Share, feature.Mean, 12);

            double Own(int i) => Distance(rows[i].Embedding, means[c - 1]);
            double Other(int i) =>
                Enumerable.Range(1, 4).Where(other => other != c).Min(other => Distance(rows[i].Embedding, means[other - 1]));
            double Margin(int i) => (Other(i) - Own(i)) / Math.Max(Own(i), Other(i));
            Assert.Equal(members.OrderBy(Own).Take(5), cluster.Typical.Select(row => row.Row));
            Assert.Equal(members.OrderBy(Margin).Take(5), cluster.Doubtful.Select(row => row.Row));
            Assert.All(cluster.Doubtful, row => Assert.Equal(Margin(row.Row), row.Margin, 9));
            Assert.All(cluster.Typical, row => Assert.Equal($"row {row.Row}", row.Name));
            int nearest = Enumerable.Range(1, 4).Where(other => other != c).MinBy(other => Distance(means[c - 1], means[other - 1]));
            Assert.Equal($"{nearest}", cluster.NearestCluster);
            Assert.Equal(Distance(means[c - 1], means[nearest - 1]), cluster.NearestDistance!.Value, 9);
        }
    }

    [Fact]
    public void SlotsHaveTheirNamesAndValuesTheirs()
    {
        IDataView data = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row
        {
            PredictedLabel = (uint)(i % 2),
            Text = i % 2 == 0 ? "a <b>" : "c",
            Number = i % 2 + i / 100.0,
            Flag = i % 3 == 0,
        }));
        IDataView encoded = Ml.Transforms.Categorical.OneHotEncoding("Hot", "Text")
            .Append(Ml.Transforms.Conversion.MapValueToKey("Key", "Text"))
            .Fit(data).Transform(data);
        ClusterDescriptions descriptions = Ml.Clustering.DescribeClusters(encoded, ["Hot", "Key", "Number", "Flag"]);
        Assert.Equal(["Hot.a <b>", "Hot.c", "Key = a <b>", "Key = c", "Number", "Flag"],
            descriptions.Clusters[0].Differences.Select(difference => difference.Feature));
        // The two groups do not vary: the difference is infinite, and JSON has no such number.
        Assert.Equal(double.PositiveInfinity, descriptions.Clusters[0].Differences[0].Difference);
        JsonElement json = JsonDocument.Parse(descriptions.ToJson()).RootElement;
        JsonElement difference = json.GetProperty("clusters")[0].GetProperty("differences")[1];
        Assert.Equal("-Infinity", difference.GetProperty("difference").GetString());
        Assert.Equal("Hot.c", difference.GetProperty("feature").GetString());
        Assert.Equal(40, json.GetProperty("rows").GetInt32());
        Assert.Contains('\n', descriptions.ToJson(indented: true));
    }

    [Fact]
    public void ItPrintsAsTables()
    {
        ClusterDescriptions descriptions = Describe(Enumerable.Range(0, 12).Select(i => new Row
        {
            PredictedLabel = (uint)(i / 6), Number = i, Text = i < 7 ? "low" : "high", Embedding = [i, 0],
        }), ["Number"], ["Text"], "Embedding");
        Assert.Equal("""
            12 rows, 2 clusters
            cluster  rows  share  nearest        Text
            0           6    50%        1    low 100%
            1           6    50%        0  high 83.3%

            Cluster 0: 6 rows
            Text: low 100% (overall 58.3%)
            feature  mean  others  difference    95% interval
            Number    2.5     8.5       -2.96  -4.80 to -1.12
            Most typical rows: 2, 3, 1, 4, 0
            Most doubtful rows: 5 (or 1), 4 (or 1), 0 (or 1), 1 (or 1), 3 (or 1)

            Cluster 1: 6 rows
            Text: high 83.3% (overall 41.7%), low 16.7% (overall 58.3%)
            feature  mean  others  difference    95% interval
            Number    8.5     2.5       +2.96  +1.12 to +4.80
            Most typical rows: 8, 9, 7, 10, 6
            Most doubtful rows: 6 (or 0), 7 (or 0), 11 (or 0), 10 (or 0), 8 (or 0)

            """.ReplaceLineEndings(),
            descriptions.ToString());
    }

    [Fact]
    public void OneClusterAndRowsWithoutClusterAreDescribed()
    {
        IDataView data =
            Ml.Data.LoadFromEnumerable(new[] { "x", "", "x" }.Select((text, i) => new Row { Text = text, Embedding = [i, 0] }));
        ClusterDescriptions descriptions =
            Ml.Clustering.DescribeClusters(data, ["Number"], clusterColumnName: "Text", embeddingColumnName: "Embedding");
        ClusterDescription only = Assert.Single(descriptions.Clusters);
        Assert.Equal((2, 1), (descriptions.Rows, descriptions.RowsWithoutCluster));
        Assert.Null(only.NearestCluster);
        Assert.Empty(only.Differences);
        Assert.Equal([0, 2], only.Typical.Select(row => row.Row));
        Assert.Contains("1 without a cluster left out", descriptions.ToString());
    }

    [Fact]
    public void AThousandLabelsAndClustersAreDescribed()
    {
        ClusterDescriptions descriptions = Describe(Enumerable.Range(0, 3000).Select(i => new Row
        {
            PredictedLabel = (uint)(i % 1000), Text = $"label {i % 1000}", Vector = [i, -i, 0], Embedding = [i % 1000, 0],
        }), ["Vector", "Text"], ["Text"], "Embedding");
        Assert.Equal(1000, descriptions.Clusters.Count);
        Assert.All(descriptions.Clusters, cluster => Assert.Equal(1, cluster.Labels[0].Shares.Single().Share));
    }

    [Fact]
    public void TheNearestRowsAreThoseOfPlainLoops()
    {
        var random = new Random(3);
        Row[] rows = [.. Enumerable.Range(0, 100).Select(_ => new Row { Embedding = [random.NextSingle(), random.NextSingle()] })];
        IDataView data = Ml.Data.LoadFromEnumerable(rows);
        double To(int i, float[] point) => Distance(rows[i].Embedding, [.. point.Select(x => (double)x)]);
        IReadOnlyList<NearRow> near = Ml.Clustering.FindNearestRows(data, row: 7, count: 4);
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i != 7).OrderBy(i => To(i, rows[7].Embedding))
            .Take(4), near.Select(row => row.Row));
        float[] point = [0.5f, 0.5f];
        near = Ml.Clustering.FindNearestRows(data, point, count: 1000);
        Assert.Equal(Enumerable.Range(0, 100).OrderBy(i => To(i, point)), near.Select(row => row.Row));
        Assert.Equal(To(near[3].Row, point), near[3].Distance, 9);

        Assert.Contains("The row is 100; the data have rows 0 to 99.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Ml.Clustering.FindNearestRows(data, row: 100)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Ml.Clustering.FindNearestRows(data, row: 1, count: 0));
        Assert.Contains("The embedding has 1 values, those of column 'Embedding' 2.",
            Assert.Throws<ArgumentException>(() => Ml.Clustering.FindNearestRows(data, [1f])).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => Ml.Clustering.FindNearestRows(data, [1f, float.NaN])).Message);
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        Row[] one = [new Row()];
        string Refusal(IEnumerable<Row> rows, string[] features, string? embedding = null, ClusterDescriptionOptions? options = null) =>
            Thrown<ArgumentException>(rows, features, embedding, options);
        string Thrown<T>(IEnumerable<Row> rows, string[] features, string? embedding = null, ClusterDescriptionOptions? options = null)
            where T : Exception => Assert.Throws<T>(() => Describe(rows, features, embedding: embedding, options: options)).Message;
        Assert.StartsWith("There is no column 'Absent'; the data have: ", Refusal(one, ["Absent"]));
        Assert.StartsWith("Column 'Date' is of type DateTime; a described feature must be", Refusal(one, ["Date"]));
        Assert.StartsWith("Column 'Number' is of type Double; it must be a vector", Refusal(one, [], embedding: "Number"));
        Assert.Equal("The data have no rows; a description needs at least one.", Thrown<InvalidDataException>([], ["Number"]));
        Assert.Equal("Column 'Number' is Infinity in row 1 (from 0).",
            Thrown<InvalidDataException>([new(), new() { Number = double.PositiveInfinity }], ["Number"]));
        Assert.StartsWith("Feature 1 of column 'Embedding' is NaN in row 0 (from 0).",
            Thrown<InvalidDataException>([new() { Embedding = [0, float.NaN] }], [], embedding: "Embedding"));
        Assert.StartsWith("Column 'Text' has more than 1000 different values",
            Thrown<InvalidDataException>(Enumerable.Range(0, 1001).Select(i => new Row { Text = $"{i}" }), ["Text"]));
        string faults = Refusal(one, [], options: new() { Features = 0, Rows = 0, Confidence = 1, FewestRows = 1 });
        foreach (string fault in new[] { "Features is 0", "Rows is 0", "Confidence is 1", "FewestRows is 1" })
            Assert.Contains(fault, faults);
        IDataView unclustered = Ml.Data.LoadFromEnumerable(one);
        Assert.Equal("No row has a cluster: 'Text' is missing in all 1 rows.", Assert.Throws<InvalidDataException>(
            () => Ml.Clustering.DescribeClusters(unclustered, [], clusterColumnName: "Text")).Message);
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    public void TheScaleOfAFeatureDoesNotMatter(double scale)
    {
        Row[] rows = [.. Enumerable.Range(0, 12).Select(i => new Row { PredictedLabel = (uint)i % 2, Number = i % 2 * 3 + i * 0.1 })];
        FeatureDifference expected = Describe(rows, ["Number"]).Clusters[0].Differences[0];
        foreach (Row row in rows)
            row.Number *= scale;
        FeatureDifference scaled = Describe(rows, ["Number"]).Clusters[0].Differences[0];
        Assert.Equal(expected.Difference, scaled.Difference, 9);
        Assert.Equal(expected.Upper, scaled.Upper, 9);
        Assert.Equal(expected.Mean, scaled.Mean / scale, 9);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void RowsOfAnotherSizeAreNamed(int size)
    {
        Row[] rows = [new() { Vector = [1, 2, 3] }, new() { Vector = new float[size] }];
        Assert.Equal($"Column 'Vector' has {size} values in row 1 (from 0); each row must have 3.",
            Assert.Throws<InvalidDataException>(() => Describe(rows, ["Vector"])).Message);
        Assert.Equal($"Column 'Vector' has {size} values in row 1 (from 0); each row must have 3.",
            Assert.Throws<InvalidDataException>(() => Ml.Clustering.FindNearestRows(Ml.Data.LoadFromEnumerable(rows), row: 0,
            "Vector")).Message);
    }

    private static ClusterDescriptions Describe(IEnumerable<Row> rows, string[] features, string[]? labels = null, string? embedding = null,
        string? name = null, ClusterDescriptionOptions? options = null) => Ml.Clustering.DescribeClusters(
            Ml.Data.LoadFromEnumerable(rows), features, labels, embeddingColumnName: embedding, rowNameColumnName: name, options: options);

    private static double Distance(IEnumerable<float> x, double[] y) => Distance([.. x.Select(value => (double)value)], y);

    private static double Distance(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum());
}
