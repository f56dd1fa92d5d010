using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators.Tests;

public class EvaluateAgainstLabelsTests
{
    /// <summary>Objects hold keys from 0; a key of the type's count or more is missing.</summary>
    private const uint MissingKey = 9;

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string, string[]> LabelColumns => new()
    {
        { nameof(Row.Text), ["a", "b"] },
        { nameof(Row.Flag), ["False", "True"] },
        { nameof(Row.Byte), ["1", "2"] },
        { nameof(Row.Int), ["-7", "40"] },
        { nameof(Row.Long), ["-5000000000", "3"] },
        { nameof(Row.Single), ["-0.5", "2"] },
        { nameof(Row.Double), ["0.25", "8"] },
        { nameof(Row.Key), ["1", "3"] },
    };

    [Theory]
    [MemberData(nameof(LabelColumns))]
    public void LabelsOfEveryTypeAreReadInAscendingOrder(string column, string[] names)
    {
        ClusteringQuality quality = _ml.Clustering.EvaluateAgainstLabels(Rows(), column, nameof(Row.Cluster));
        Assert.Equal(names, Enumerable.Range(0, 2).Select(quality.Table.ClassName));
        Assert.Equal(new[,] { { 0, 2 }, { 1, 1 } }, quality.Table.ToArray());
        Assert.Equal(0.75, quality.HungarianAccuracy);
    }

    [Fact]
    public void KeysHaveTheNamesOfTheirValues()
    {
        IDataView data = _ml.Transforms.Conversion.MapValueToKey("Mapped", nameof(Row.Text)).Fit(Rows()).Transform(Rows());
        ClusteringQuality quality = _ml.Clustering.EvaluateAgainstLabels(data, "Mapped", nameof(Row.Cluster));
        // In the order of keys, which is that of appearance.
        Assert.Equal(["b", "a"], Enumerable.Range(0, 2).Select(quality.Table.ClassName));
    }

    [Fact]
    public void RowsWithoutLabelOrClusterAreLeftOutAndCounted()
    {
        IDataView data = View(
            new Row { Text = "a", Key = 1, Single = 1, Double = 1, Cluster = 1 },
            new Row { Text = "", Key = MissingKey, Single = float.NaN, Double = double.NaN, Cluster = 1 },
            new Row { Text = "b", Key = 2, Single = 2, Double = 2, Cluster = MissingKey },
            new Row { Text = "b", Key = 2, Single = 2, Double = 2, Cluster = 2 },
            new Row { Text = "", Key = MissingKey, Single = float.NaN, Double = double.NaN, Cluster = MissingKey });
        foreach (string column in new[] { nameof(Row.Text), nameof(Row.Key), nameof(Row.Single), nameof(Row.Double) })
        {
            ClusteringQuality quality = _ml.Clustering.EvaluateAgainstLabels(data, column, nameof(Row.Cluster));
            Assert.Equal((2, 2, 1), (quality.Rows, quality.RowsWithoutLabel, quality.RowsWithoutCluster));
            Assert.Equal(1, quality.AdjustedMutualInformation);
            Assert.StartsWith(
                "2 rows, 2 classes, 2 clusters; 2 without a label and 1 without a cluster left out", quality.ToString(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void SeparationOfTheScoredRowsIsThatOfThePlainFunctions()
    {
        ClusteringQuality quality = _ml.Clustering.EvaluateAgainstLabels(
            Rows(), nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features), new() { Distance = SilhouetteDistance.Cosine });
        float[] points = [.. Sample().SelectMany(row => row.Features)];
        int[] clusters = [.. Sample().Select(row => (int)row.Cluster + 1)];
        SilhouetteScores silhouette = ClusteringMetrics.Silhouette<float>(points, clusters, new() { Distance = SilhouetteDistance.Cosine });
        Assert.Equal(silhouette.Mean, quality.Silhouette!.Value, 12);
        Assert.Equal(silhouette.Clusters[2], quality.SilhouetteByCluster!["2"], 12);
        Assert.Equal(ClusteringMetrics.DaviesBouldin<float>(points, clusters), quality.DaviesBouldin!.Value, 12);
        Assert.Equal(ClusteringMetrics.CalinskiHarabasz<float>(points, clusters), quality.CalinskiHarabasz!.Value, 12);
        Assert.Equal(ClusteringMetrics.Inertia<float>(points, clusters), quality.Inertia!.Value, 12);
    }

    [Fact]
    public void SeparationIsNullWithoutFeaturesAndWhereItDoesNotExist()
    {
        Assert.Null(_ml.Clustering.EvaluateAgainstLabels(Rows(), nameof(Row.Text), nameof(Row.Cluster)).Inertia);
        IDataView oneCluster = View([.. Sample().Select(row => row with { Cluster = 0 })]);
        ClusteringQuality quality =
            _ml.Clustering.EvaluateAgainstLabels(oneCluster, nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features));
        Assert.Null(quality.Silhouette);
        Assert.Null(quality.DaviesBouldin);
        Assert.Null(quality.CalinskiHarabasz);
        Assert.True(quality.Inertia > 0);
        Assert.DoesNotContain("Silhouette", quality.ToDictionary().Keys);
    }

    [Fact]
    public void SilhouetteIsNullWhereItsSampleHasOneCluster()
    {
        IDataView data =
            View([.. Enumerable.Range(0, 50).Select(i => new Row { Text = "a", Cluster = i == 7 ? 1u : 0u, Features = [i, 0] })]);
        ClusteringQuality quality = _ml.Clustering.EvaluateAgainstLabels(
            data, nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features), new() { SampleSize = 5 });
        Assert.Null(quality.Silhouette);
        Assert.NotNull(quality.DaviesBouldin);
    }

    [Fact]
    public void HowManyRowsTheSilhouetteIsOfIsTold()
    {
        IDataView data = View([.. Enumerable.Range(0, 50)
            .Select(i => new Row { Text = "a", Cluster = (uint)(i % 2), Features = [i % 2, i] })]);
        ClusteringQuality all = Evaluate(null), sampled = Evaluate(20);
        ClusteringQuality none = _ml.Clustering.EvaluateAgainstLabels(data, nameof(Row.Text), nameof(Row.Cluster));
        Assert.Equal((50, 20, null), (all.SilhouetteRows, sampled.SilhouetteRows, none.SilhouetteRows));
        Assert.DoesNotContain("sample", all.ToString());
        Assert.Contains("; silhouette of a sample of 20 rows", sampled.ToString());
        Assert.Contains("\"silhouetteRows\":20", sampled.ToJson());

        ClusteringQuality Evaluate(int? sample) => _ml.Clustering.EvaluateAgainstLabels(
            data, nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features), new() { SampleSize = sample });
    }

    [Fact]
    public void DataArePassedOverOnce()
    {
        int passes = 0;
        IEnumerable<Row> Counted()
        {
            passes++;
            foreach (Row row in Sample())
                yield return row;
        }
        IDataView data = _ml.Data.LoadFromEnumerable(Counted());
        _ml.Clustering.EvaluateAgainstLabels(data, nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features));
        Assert.Equal(1, passes);
    }

    [Fact]
    public void MissingColumnsAndWrongTypesAreNamed()
    {
        Refused("no column 'Digit'; the data have:", () => _ml.Clustering.EvaluateAgainstLabels(Rows(), "Digit", nameof(Row.Cluster)));
        Refused("no column 'PredictedLabel'", () => _ml.Clustering.EvaluateAgainstLabels(Rows(), nameof(Row.Text)));
        Refused("'Features' is of type", () => _ml.Clustering.EvaluateAgainstLabels(Rows(), nameof(Row.Features), nameof(Row.Cluster)));
        Refused("must be a vector of Single",
            () => _ml.Clustering.EvaluateAgainstLabels(Rows(), nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Single)));
        Refused("Threads is -1",
            () => _ml.Clustering.EvaluateAgainstLabels(Rows(), nameof(Row.Text), nameof(Row.Cluster), silhouette: new() { Threads = -1 }));
    }

    [Fact]
    public void NaNFeaturesAreNamedByTheirRow()
    {
        IDataView data = View([.. Sample(), new Row { Text = "a", Cluster = 1, Features = [1, float.NaN] }]);
        Refused<InvalidDataException>("row 4 ",
            () => _ml.Clustering.EvaluateAgainstLabels(data, nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features)));
    }

    [Fact]
    public void DataWithoutAnyLabelAreRefused()
    {
        IDataView unlabelled = View(new Row { Cluster = 1 });
        Refused<InvalidDataException>("'Text' is missing in 1 rows",
            () => _ml.Clustering.EvaluateAgainstLabels(unlabelled, nameof(Row.Text), nameof(Row.Cluster)));
        Refused<InvalidDataException>("No row", () => _ml.Clustering.EvaluateAgainstLabels(View(), nameof(Row.Text), nameof(Row.Cluster)));
    }

    [Fact]
    public void DictionaryAndJsonHoldEveryScore()
    {
        ClusteringQuality quality =
            _ml.Clustering.EvaluateAgainstLabels(Rows(), nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features));
        IReadOnlyDictionary<string, double> scores = quality.ToDictionary();
        Assert.Equal(ClusteringScore.All.Select(score => score.Name), scores.Keys);
        Assert.Equal(quality.AdjustedRandIndex, scores["AdjustedRandIndex"]);

        JsonElement json = JsonDocument.Parse(quality.ToJson(indented: true)).RootElement;
        Assert.Equal(scores, json.GetProperty("scores").EnumerateObject()
            .ToDictionary(score => score.Name, score => score.Value.GetDouble()));
        Assert.Equal(4, json.GetProperty("rows").GetInt32());
        Assert.Equal("[[0,1,2],[1,0,1],[1,1,1]]", JsonSerializer.Serialize(json.GetProperty("cells")));
        Assert.Equal("""[{"cluster":"2","class":"a","rows":2},{"cluster":"1","class":"b","rows":1}]""",
            JsonSerializer.Serialize(json.GetProperty("matching")));
        Assert.Equal(["a", "b"], json.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void EveryScoreOfTheResultIsDescribedOnceAndPrinted()
    {
        string[] properties = [.. typeof(ClusteringQuality).GetProperties()
            .Where(property => property.PropertyType == typeof(double) || property.PropertyType == typeof(double?))
            .Select(property => property.Name)];
        Assert.Equal(properties.Order(), ClusteringScore.All.Select(score => score.Name).Order());

        ClusteringQuality quality =
            _ml.Clustering.EvaluateAgainstLabels(Rows(), nameof(Row.Text), nameof(Row.Cluster), nameof(Row.Features));
        string[] lines = quality.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ClusteringScore.All.Select(score => score.Name), lines[2..].Select(line => line.Split(' ')[0]));
        Assert.Matches(@"^HungarianAccuracy +0\.7500 +\[0, 1\] +more$",
            lines.Single(line => line.StartsWith("HungarianAccuracy", StringComparison.Ordinal)));
        foreach (ClusteringScore score in ClusteringScore.All)
            Assert.Equal(typeof(ClusteringQuality).GetProperty(score.Name)!.GetValue(quality), score.Value(quality));
    }

    [Fact]
    public void KMeansOutputIsReadByDefault()
    {
        IDataView data = View([.. Enumerable.Range(0, 60)
            .Select(i => new Row { Text = i % 2 == 0 ? "a" : "b", Features = [i % 2 * 10 + i * 0.01f, 1] })]);
        IDataView scored = _ml.Clustering.Trainers.KMeans(nameof(Row.Features), numberOfClusters: 2).Fit(data).Transform(data);
        Assert.Equal(1, _ml.Clustering.EvaluateAgainstLabels(scored, nameof(Row.Text)).AdjustedMutualInformation);
    }

    private static void Refused(string message, Func<object> action) => Refused<ArgumentException>(message, action);

    private static void Refused<T>(string message, Func<object> action) where T : Exception =>
        Assert.Contains(message, Assert.Throws<T>(action).Message, StringComparison.Ordinal);

    private static Row[] Sample() =>
    [
        new() { Text = "b", Flag = true, Byte = 2, Int = 40, Long = 3, Single = 2, Double = 8, Key = 2, Cluster = 0, Features = [0, 1] },
        new() { Text = "b", Flag = true, Byte = 2, Int = 40, Long = 3, Single = 2, Double = 8, Key = 2, Cluster = 1, Features = [4, 1] },
        new() { Text = "a", Flag = false, Byte = 1, Int = -7, Long = -5_000_000_000, Single = -0.5f, Double = 0.25, Key = 0, Cluster = 1,
            Features = [5, 2] },
        new() { Text = "a", Flag = false, Byte = 1, Int = -7, Long = -5_000_000_000, Single = -0.5f, Double = 0.25, Key = 0, Cluster = 1,
            Features = [6, 1] },
    ];

    private IDataView Rows() => View(Sample());

    private IDataView View(params Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    internal sealed record Row
    {
        public string Text { get; set; } = "";

        public bool Flag { get; set; }

        public byte Byte { get; set; }

        public int Int { get; set; }

        public long Long { get; set; }

        public float Single { get; set; }

        public double Double { get; set; }

        [KeyType(5)]
        public uint Key { get; set; }

        [KeyType(3)]
        public uint Cluster { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [0, 0];
    }
}
