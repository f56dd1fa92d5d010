using System.Globalization;
using System.Text.Json;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Evaluators.Tests;

public class KMeansRestartsTests
{
    private static readonly Lazy<JsonElement> Root = new(() => Reference.Read(TestData.InRepository("tests", "reference", "kmeans.json")));

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    public KMeansRestartsTests() => _ml.Log += (_, e) =>
    {
        if (e.Message.Contains("far from the origin", StringComparison.Ordinal))
            _warnings.Add(e.Message);
    };

    [Theory]
    [InlineData("iris")]
    [InlineData("offset 0")]
    [InlineData("offset 100")]
    public void ModelsHaveTheInertiaThatScikitLearnFinds(string name)
    {
        JsonElement set = Set(name);
        IDataView data = View(set);
        for (int k = 1; k <= 4; k++)
        {
            _warnings.Clear();
            var model = _ml.Clustering.Trainers.KMeansRestarts("Features", k, restarts: 100).Fit(data);
            double expected = set.GetProperty("inertia").GetProperty(k.ToString(CultureInfo.InvariantCulture)).GetDouble();
            Reference.Agree(expected, Inertia(set, model.Model), 1e-5, $"{name}, k = {k}");
            Assert.Equal(name == "offset 100" ? 1 : 0, _warnings.Count);
        }
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("offset 0")]
    [InlineData("offset 100")]
    [InlineData("offset 1000")]
    [InlineData("offset 10000")]
    [InlineData("offset 100000")]
    public void EvaluatedRestartsHaveTheInertiaThatScikitLearnFinds(string name)
    {
        JsonElement set = Set(name);
        RestartEvaluation evaluation = _ml.Clustering.EvaluateOverRestarts(View(set), "Group", numberOfClusters: 3, numberOfRestarts: 10);
        Reference.Agree(set.GetProperty("inertia").GetProperty("3").GetDouble(), evaluation.LeastInertia.Inertia, 1e-5, name);
        // The groups hold two clusters and one.
        if (name != "iris")
            Assert.Equal(1, evaluation.LeastInertia.Quality.Homogeneity, 1e-9);
        Assert.Equal(name is "iris" or "offset 0" ? 0 : 1, _warnings.Count);
    }

    [Theory]
    [InlineData(100, "overflow")]
    [InlineData(-100, "underflow")]
    public void TheScaleDoesNotMatterExceptToTheModel(int exponent, string fault)
    {
        Row[] rows = [.. Rows(Set("iris"))], scaled = [.. rows.Select(row => new Row
        {
            Features = [.. row.Features.Select(value => MathF.ScaleB(value, exponent))], Group = row.Group,
        })];
        RestartEvaluation expected = _ml.Clustering.EvaluateOverRestarts(View(rows), "Group", numberOfClusters: 3, numberOfRestarts: 4);
        RestartEvaluation actual = _ml.Clustering.EvaluateOverRestarts(View(scaled), "Group", numberOfClusters: 3, numberOfRestarts: 4);
        Assert.Equal(expected.LeastInertia.Inertia, Math.ScaleB(actual.LeastInertia.Inertia, -2 * exponent), 1e-4);
        Assert.Equal(expected.LeastInertia.Quality.AdjustedMutualInformation, actual.LeastInertia.Quality.AdjustedMutualInformation, 1e-9);
        var choice = new ClusterCountOptions { ClusterCounts = [2, 3], Runs = 3 };
        Assert.Equal(_ml.Clustering.ChooseNumberOfClusters(View(rows), "Features", options: choice).Suggested,
            _ml.Clustering.ChooseNumberOfClusters(View(scaled), "Features", options: choice).Suggested);
        Assert.Contains($"single precision, where these {fault}. Scale the features before KMeans", Assert.Throws<InvalidDataException>(
            () => _ml.Clustering.Trainers.KMeansRestarts("Features", 3).Fit(View(scaled))).Message);
    }

    [Fact]
    public void FarFromTheOriginTheWarningCountsTheRowsThatTheModelAssignsWrongly()
    {
        _ml.Clustering.Trainers.KMeansRestarts("Features", 3).Fit(View(Set("offset 100")));
        Assert.Contains("0 of 120 rows are assigned to a cluster other than the nearest", _warnings.Single(), StringComparison.Ordinal);
        Assert.Contains("fixZero: false", _warnings.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("offset 1000")]
    [InlineData("offset 10000")]
    [InlineData("offset 100000")]
    public void ModelsThatCannotTellTheClustersApartAreRefused(string name)
    {
        IDataView data = View(Set(name));
        string message = Assert.Throws<InvalidDataException>(() => _ml.Clustering.Trainers.KMeansRestarts("Features", 3).Fit(data))
            .Message;
        Assert.Contains("cannot distinguish the clusters. Centre the features before KMeans", message, StringComparison.Ordinal);
        var centred = _ml.Transforms.NormalizeMeanVariance("Features", fixZero: false)
            .Append(_ml.Clustering.Trainers.KMeansRestarts("Features", 3));
        Assert.Equal(1, _ml.Clustering.EvaluateAgainstLabels(centred.Fit(data).Transform(data), "Group").Homogeneity, 1e-9);
    }

    [Fact]
    public void TheLeastInertiaOfTheRunsIsKept()
    {
        IDataView data = View(Set("iris"));
        RestartEvaluation runs = _ml.Clustering.EvaluateOverRestarts(data, "Group", numberOfClusters: 4, numberOfRestarts: 8, seed: 5);
        Assert.True(runs.Runs.Select(run => run.Inertia).Distinct().Count() > 1);
        var model = _ml.Clustering.Trainers.KMeansRestarts(new KMeansRestartsOptions { NumberOfClusters = 4, Restarts = 8, Seed = 5 })
            .Fit(data);
        Assert.Equal(runs.LeastInertia.Inertia, Inertia(Set("iris"), model.Model), 1e-9);
    }

    [Fact]
    public void OneRestartIsTheRunOfMlNetsOwnKMeans()
    {
        IDataView data = View(Set("iris"));
        var model = _ml.Clustering.Trainers.KMeansRestarts(new KMeansRestartsOptions { NumberOfClusters = 4, Restarts = 1, Seed = 9 })
            .Fit(data);
        var own = new MLContext(9).Clustering.Trainers.KMeans(new KMeansTrainer.Options
        {
            NumberOfClusters = 4, NumberOfThreads = 1, InitializationAlgorithm = KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus,
        }).Fit(data);
        Assert.Equal(Centroids(own.Model), Centroids(model.Model));
    }

    [Fact]
    public void TheSameSeedGivesTheSameClustersOnAnyNumberOfThreads()
    {
        IDataView data = View(Set("iris"));
        double[][] Fit(int context, int? seed, int threads) => Centroids(new MLContext(context).Clustering.Trainers.KMeansRestarts(
            new KMeansRestartsOptions { NumberOfClusters = 6, Restarts = 6, Seed = seed, Threads = threads }).Fit(data).Model);
        Assert.Equal(Fit(1, null, 1), Fit(1, null, 4));
        Assert.Equal(Fit(1, 3, 1), Fit(2, 3, 0));
        Assert.NotEqual(Fit(1, null, 1), Fit(2, null, 1));
    }

    [Fact]
    public void TheModelIsAnOrdinaryKMeans()
    {
        IDataView data = View(Set("offset 100"));
        var trainer = _ml.Clustering.Trainers.KMeansRestarts("Features", 3);
        ClusteringPredictionTransformer<KMeansModelParameters> model = trainer.Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        var prediction = Assert.IsAssignableFrom<ISingleFeaturePredictionTransformer<object>>(loaded);
        Assert.Equal(Centroids(model.Model), Centroids(Assert.IsType<KMeansModelParameters>(prediction.Model)));
        using var engine = _ml.Model.CreatePredictionEngine<Row, Clustered>(loaded, data.Schema);
        uint[] clusters = [.. Rows(Set("offset 100")).Select(row => engine.Predict(row).PredictedLabel)];
        Assert.Equal([1, 1, 1], clusters.Chunk(40).Select(blob => blob.Distinct().Count()));
        Assert.Equal(3, clusters.Distinct().Count());

        // It also works in a pipeline that other steps go on with.
        IDataView scored = trainer.Append(_ml.Transforms.CopyColumns("Cluster", "PredictedLabel")).Fit(data).Transform(data);
        Assert.Equal(clusters.Length, scored.GetColumn<uint>("Cluster").Count());
    }

    [Fact]
    public void TheFeatureColumnMayHaveAnyName()
    {
        foreach (string name in new[] { "iris", "offset 100" })
        {
            IDataView data = _ml.Transforms.CopyColumns("Embedding", "Features").Fit(View(Set(name))).Transform(View(Set(name)));
            IDataView other = _ml.Transforms.SelectColumns("Embedding", "Group").Fit(data).Transform(data);
            ITransformer model = _ml.Clustering.Trainers.KMeansRestarts("Embedding", 3).Fit(other);
            Assert.Equal(3, _ml.Clustering.EvaluateAgainstLabels(model.Transform(other), "Group").Table.ClusterCount);
            Assert.Equal(3, _ml.Clustering.EvaluateOverRestarts(other, "Group", "Embedding", 3).LeastInertia.Quality.Table.ClusterCount);
        }
    }

    [Fact]
    public void DataAreReadOnceAndConfigureReachesEveryRun()
    {
        int passes = 0, calls = 0;
        Row[] rows = [.. Rows(Set("offset 0"))];
        IEnumerable<Row> Counted()
        {
            passes++;
            foreach (Row row in rows)
                yield return row;
        }
        var model = _ml.Clustering.Trainers.KMeansRestarts(new KMeansRestartsOptions
        {
            NumberOfClusters = 3, Restarts = 5, Configure = options =>
                (calls, options.MaximumNumberOfIterations, options.NumberOfClusters) = (calls + 1, 1, 7),
        }).Fit(_ml.Data.LoadFromEnumerable(Counted(), SchemaDefinition.Create(typeof(Row))));
        Assert.Equal((1, 5), (passes, calls));
        Assert.Equal(3, Centroids(model.Model).Length);
    }

    [Fact]
    public void FewerDifferentRowsThanClustersAreToldOfInOneSentence()
    {
        IDataView two = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20)
            .Select(i => new Row { Features = i % 2 == 0 ? [1, 0, 0, 0] : [0, 1, 0, 0] }));
        foreach (int k in new[] { 5, 30 })
        {
            string expected = $"The data have 20 rows, 2 of them distinct; {k} clusters need at least {k} distinct rows.";
            Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => _ml.Clustering.Trainers.KMeansRestarts("Features", k)
                .Fit(two)).Message);
            Assert.Equal(expected, Assert.Throws<InvalidDataException>(() =>
                _ml.Clustering.EvaluateOverRestarts(two, "Group", numberOfClusters: k)).Message);
        }
        Assert.Equal(2, Centroids(_ml.Clustering.Trainers.KMeansRestarts("Features", 2).Fit(two).Model)
            .Select(centroid => string.Join(' ', centroid)).Distinct().Count());
    }

    [Fact]
    public void AsManyClustersAsDifferentRowsWork()
    {
        // ML.NET's own start fails here.
        JsonElement set = Set("offset 0");
        Assert.Equal(0, Inertia(set, _ml.Clustering.Trainers.KMeansRestarts("Features", 120, restarts: 2).Fit(View(set)).Model), 1e-9);
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        IDataView data = View(Set("iris"));
        string message = Assert.Throws<ArgumentException>(() => _ml.Clustering.Trainers.KMeansRestarts(
            new KMeansRestartsOptions { FeatureColumnName = " ", NumberOfClusters = 0, Restarts = 0, Threads = -1 })).Message;
        foreach (string part in new[] { "FeatureColumnName is empty", "NumberOfClusters is 0", "Restarts is 0", "Threads is -1" })
            Assert.Contains(part, message, StringComparison.Ordinal);

        message = Assert.Throws<ArgumentException>(() => _ml.Clustering.Trainers.KMeansRestarts(
            new KMeansRestartsOptions { Restarts = int.MaxValue })).Message;
        Assert.Equal("Restarts is 2147483647; it must be from 1 to 10000.", message);

        string Fit<T>(string column, IDataView view) where T : Exception =>
            Assert.Throws<T>(() => _ml.Clustering.Trainers.KMeansRestarts(column, 3).Fit(view)).Message;
        string Shape(string column) => Assert.Throws<ArgumentException>(
            () => new EstimatorChain<ITransformer>().Append(_ml.Clustering.Trainers.KMeansRestarts(column, 3)).Fit(data)).Message;
        foreach (string text in new[] { Fit<ArgumentException>("Pixels", data), Shape("Pixels") })
            Assert.StartsWith("There is no column 'Pixels'; the data have:", text, StringComparison.Ordinal);
        foreach (string text in new[] { Fit<ArgumentException>("Group", data), Shape("Group") })
            Assert.Matches("Column 'Group' is of type .*Int32; it must be a vector of Single of known size; ml.Transforms", text);
        Assert.StartsWith("There are no rows", Fit<InvalidDataException>("Features", View([])), StringComparison.Ordinal);
        Row[] broken = [.. Rows(Set("iris"))];
        broken[7].Features[2] = float.NaN;
        Assert.StartsWith("Feature 2 of column 'Features' is NaN in row 7 (from 0).", Fit<InvalidDataException>("Features", View(broken)));
        broken[7].Features[2] = float.PositiveInfinity;
        Assert.StartsWith("Feature 2 of column 'Features' is Infinity in row 7 (from 0). Every value must be finite",
            Fit<InvalidDataException>("Features", View(broken)));
        broken[7].Features = [1, 2, 3];
        Assert.Equal("Column 'Features' has 3 values in row 7 (from 0); each row must have 4.",
            Fit<InvalidDataException>("Features", View(broken)));
        Assert.Contains("ML.NET's KMeans ignores it", Assert.Throws<ArgumentException>(() => _ml.Clustering.Trainers.KMeansRestarts(
            new KMeansRestartsOptions { Configure = options => options.ExampleWeightColumnName = "Group" }).Fit(data)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void FittingCanBeCancelledBetweenRuns()
    {
        using var source = new CancellationTokenSource();
        int calls = 0;
        var options = new KMeansRestartsOptions
        {
            CancellationToken = source.Token,
            Configure = _ =>
            {
                if (++calls == 3)
                    source.Cancel();
            },
        };
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Clustering.Trainers.KMeansRestarts(options).Fit(View(Set("iris"))));
    }

    private static JsonElement Set(string name) => Root.Value.GetProperty("sets").EnumerateArray()
        .Single(set => set.GetProperty("name").GetString() == name);

    private static IEnumerable<Row> Rows(JsonElement set) =>
        set.Reals("rows").Chunk(4).Zip(set.Integers("groups"), (row, group) =>
            new Row { Features = [.. row.Select(value => (float)value)], Group = group });

    private IDataView View(JsonElement set) => View(Rows(set));

    private IDataView View(IEnumerable<Row> rows) => _ml.Data.LoadFromEnumerable(rows.ToArray());

    private static double[][] Centroids(KMeansModelParameters model)
    {
        VBuffer<float>[]? centroids = null;
        model.GetClusterCentroids(ref centroids, out _);
        return [.. centroids.Select(centroid => centroid.DenseValues().Select(value => (double)value).ToArray())];
    }

    private static double Inertia(JsonElement set, KMeansModelParameters model)
    {
        double[][] centroids = Centroids(model);
        return Rows(set).Sum(row => centroids.Min(centroid => row.Features.Zip(centroid, (x, c) => (x - c) * (x - c)).Sum()));
    }

    private sealed class Row
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public int Group { get; set; }
    }

    private sealed class Clustered
    {
        public uint PredictedLabel { get; set; }
    }
}
