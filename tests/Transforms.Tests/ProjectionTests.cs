using Microsoft.ML;
using Microsoft.ML.Data;
using ClusteringMetrics = Disentangle.ML.Evaluators.ClusteringMetrics;

namespace Disentangle.ML.Transforms.Tests;

public class ProjectionTests
{
    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];
    }

    private static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Row
        {
            Features = [.. Enumerable.Range(0, 8).Select(f => (f == i % 4 ? 3f : 0f) + random.NextSingle())],
        })];
    }

    [Fact]
    public void NeighboursStayNeighboursNewRowsArePlacedAndTheMapIsSaved()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadFromEnumerable(Rows(300, 1)), test = ml.Data.LoadFromEnumerable(Rows(100, 2));
        DisentangleEncoderTransformer model =
            ml.Transforms.ProjectTo2D("Map", "Features", new() { Epochs = 60, BatchSize = 100, Seed = 1 }).Fit(train);
        float[] map = Map(model.Transform(test));
        Assert.Equal(200, map.Length);
        float[] features = [.. Rows(100, 2).SelectMany(row => row.Features)];
        double trust = ClusteringMetrics.Trustworthiness(features, map, 100);
        Assert.True(trust > 0.85, $"{trust}");

        string path = Path.GetTempFileName();
        try
        {
            DisentangleModel.Save(ml, model, train.Schema, path);
            Assert.Equal(map, Map(new MLContext().Model.Load(path, out _).Transform(test)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void WrongSettingsAndRowsAreRefused()
    {
        var ml = new MLContext(seed: 1);
        Assert.Contains("Neighbors is 0; it must be at least 1.",
            Assert.Throws<ArgumentException>(() => ml.Transforms.ProjectTo2D("Map", "Features", new() { Neighbors = 0 })).Message);
        IDataView nan = ml.Data.LoadFromEnumerable(new[] { new Row { Features = [float.NaN, 0, 0, 0, 0, 0, 0, 0] } });
        Assert.Throws<InvalidDataException>(() => ml.Transforms.ProjectTo2D("Map", "Features").Fit(nan));
        IDataView none = ml.Data.LoadFromEnumerable(Array.Empty<Row>());
        Assert.Throws<InvalidDataException>(() => ml.Transforms.ProjectTo2D("Map", "Features").Fit(none));
    }

    private static float[] Map(IDataView data) => [.. data.GetColumn<float[]>(data.Schema["Map"]).SelectMany(point => point)];
}
