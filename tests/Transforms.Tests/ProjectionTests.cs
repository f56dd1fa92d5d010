using System.Text.Json;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;
using ClusteringMetrics = Disentangle.ML.Evaluators.ClusteringMetrics;

namespace Disentangle.ML.Transforms.Tests;

public class ProjectionTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Place
    {
        public float[] Map { get; set; } = [];
    }

    private static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Row
        {
            Features = [.. Enumerable.Range(0, 8).Select(f => (f == i % 4 ? 3f : 0f) + random.NextSingle())],
        })];
    }

    private IDataView View(params Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    [Fact]
    public void TheMapIsSavedAndPlacesRowsAloneAsTogether()
    {
        IDataView train = View(Rows(300, 1));
        Row[] rows = Rows(100, 2);
        ProjectionTransformer model = _ml.Transforms.ProjectTo2D("Map", "Features", new() { Seed = 1 }).Fit(train);
        Assert.Equal(300, model.RowCount);
        float[] map = Map(model.Transform(View(rows)));
        double trust = ClusteringMetrics.Trustworthiness(rows.SelectMany(row => row.Features).ToArray(), map, 100);
        Assert.True(trust > 0.85, $"{trust}");

        ITransformer loaded = _ml.SaveAndLoad(model, train);
        Assert.Equal(map, Map(loaded.Transform(View(rows))));
        ProjectionTransformer opened = Assert.IsType<ProjectionTransformer>(DisentangleModel.Open(loaded).Transformers.Single());
        Assert.Equal((300, "Features", "Map"), (opened.RowCount, opened.InputColumnName, opened.OutputColumnName));
        Assert.Equal(map, Map(opened.Transform(View(rows))));
        foreach (ITransformer transformer in new[] { model, loaded })
        {
            using PredictionEngine<Row, Place> engine = _ml.Model.CreatePredictionEngine<Row, Place>(transformer);
            Assert.Equal(map, rows.SelectMany(row => engine.Predict(row).Map));
        }
    }

    /// <summary>The values of umap-learn were made by tests/reference/projections.py.</summary>
    [Fact]
    public void MapsOfDigitsAreAtLeastAsTrustworthyAsThoseOfUmapLearn()
    {
        JsonElement umap = JsonDocument.Parse(File.ReadAllText(TestData.InRepository("tests", "reference", "projections.json")))
            .RootElement;
        IDataView digits = _ml.Data.TakeRows(_ml.Data.LoadFromIdx(
            TestData.InRepository("samples", "data", "mnist-10k-images-idx3-ubyte.gz"),
            TestData.InRepository("samples", "data", "mnist-10k-labels-idx1-ubyte.gz")), 2000);
        IDataView train = _ml.Data.TakeRows(digits, 1500), test = _ml.Data.SkipRows(digits, 1500);
        ProjectionTransformer model = _ml.Transforms.ProjectTo2D("Map", "Pixels", new() { Seed = 1 }).Fit(train);
        AssertTrust("learned", train, 1500);
        AssertTrust("new", test, 500);

        void AssertTrust(string name, IDataView rows, int count)
        {
            float[] pixels = [.. rows.GetColumn<float[]>(rows.Schema["Pixels"]).SelectMany(row => row)];
            double trust = ClusteringMetrics.Trustworthiness(pixels, Map(model.Transform(rows)), count);
            double expected = umap.GetProperty(name).GetDouble();
            Assert.True(trust >= expected, $"{name}: {trust}, umap-learn {expected}");
        }
    }

    [Fact]
    public void EqualRowsHaveOnePlace()
    {
        Row[] rows = Rows(60, 1);
        IDataView twice = View([.. rows, .. rows]);
        float[] map = Map(_ml.Transforms.ProjectTo2D("Map", "Features", new() { Seed = 1 }).Fit(twice).Transform(twice));
        Assert.Equal(map[..120], map[120..]);
        Assert.All(map, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void TheSeedOfTheContextCountsWhereTheOptionsHaveNone()
    {
        float[] Learned(int seed) =>
            Map(new MLContext(seed).Transforms.ProjectTo2D("Map", "Features").Fit(View(Rows(60, 1))).Transform(View(Rows(60, 1))));
        Assert.Equal(Learned(1), Learned(1));
        Assert.NotEqual(Learned(1), Learned(2));
    }

    [Fact]
    public void FittingIsCancelled()
    {
        using var source = new CancellationTokenSource();
        var options = new ProjectionOptions { CancellationToken = source.Token, Progress = _ => source.Cancel() };
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Transforms.ProjectTo2D("Map", "Features", options).Fit(View(Rows(60, 1))));
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Transforms.ProjectTo2D("Map", "Features", options).Fit(View(Rows(60, 1))));
    }

    [Fact]
    public void WrongSettingsAndRowsAreRefused()
    {
        string Refusal(ProjectionOptions options) =>
            Assert.Throws<ArgumentException>(() => _ml.Transforms.ProjectTo2D("Map", "Features", options)).Message;
        Assert.Contains("Neighbors is 0; it must be at least 1.", Refusal(new() { Neighbors = 0 }));
        Assert.Contains("Epochs is 0; it must be at least 1.", Refusal(new() { Epochs = 0 }));
        Assert.Contains("Scaling is null", Refusal(new() { Scaling = null! }));

        ProjectionEstimator estimator = _ml.Transforms.ProjectTo2D("Map", "Features");
        Assert.Contains("Feature 0 of column 'Features' is NaN in row 0",
            Assert.Throws<InvalidDataException>(() => estimator.Fit(View(new Row { Features = [float.NaN, 0, 0, 0, 0, 0, 0, 0] })))
            .Message);
        Assert.Contains("There are no rows", Assert.Throws<InvalidDataException>(() => estimator.Fit(View())).Message);
        Assert.Contains("There is no feature column 'Other'", Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Transforms.ProjectTo2D("Map", "Other").Fit(View(Rows(60, 1)))).Message);
    }

    [Fact]
    public void TooFewRowsForTheNeighboursAreAWarning()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };
        float[] map = Map(_ml.Transforms.ProjectTo2D("Map", "Features").Fit(View(Rows(10, 1))).Transform(View(Rows(10, 1))));
        Assert.All(map, value => Assert.True(float.IsFinite(value)));
        Assert.Contains(warnings, warning => warning.Contains("10 rows are too few for 15 neighbours"));
    }

    private static float[] Map(IDataView data) => [.. data.GetColumn<float[]>(data.Schema["Map"]).SelectMany(point => point)];
}
