using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Disentangle.ML.Host.Tests;

public class KMeansTests
{
    private const int Blobs = 4;
    private const int RowsPerBlob = 50;
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus)]
    [InlineData(KMeansTrainer.InitializationAlgorithm.KMeansYinyang)]
    public void Separated_blobs_are_found(KMeansTrainer.InitializationAlgorithm initialization)
    {
        IDataView data = Data();
        var options = new KMeansTrainer.Options { FeatureColumnName = "Position", NumberOfClusters = Blobs, InitializationAlgorithm = initialization };
        IDataView scored = _ml.Clustering.Trainers.KMeans(options).Fit(data).Transform(data);
        uint[] clusters = scored.GetColumn<uint>("PredictedLabel").ToArray();
        Assert.Equal([1u, 2u, 3u, 4u], clusters.Distinct().Order());
        Assert.All(clusters.Chunk(RowsPerBlob), blob => Assert.Single(blob.Distinct()));
    }

    [Fact]
    public void Centroids_are_the_means_and_scores_the_squared_distances()
    {
        IDataView data = Data();
        ClusteringPredictionTransformer<KMeansModelParameters> model = _ml.Clustering.Trainers.KMeans("Position", numberOfClusters: Blobs).Fit(data);
        VBuffer<float>[] centroids = [];
        model.Model.GetClusterCentroids(ref centroids, out int k);
        Assert.Equal(Blobs, k);
        Point[] points = Points();
        uint[] clusters = model.Transform(data).GetColumn<uint>("PredictedLabel").ToArray();
        float[][] scores = model.Transform(data).GetColumn<float[]>("Score").ToArray();
        for (int blob = 0; blob < Blobs; blob++)
        {
            int cluster = (int)clusters[blob * RowsPerBlob] - 1;
            Point[] members = points.Skip(blob * RowsPerBlob).Take(RowsPerBlob).ToArray();
            float[] mean = [members.Average(point => point.Position[0]), members.Average(point => point.Position[1])];
            Assert.Equal(mean, centroids[cluster].DenseValues(), (first, second) => Math.Abs(first - second) < 1e-4);
            float[] position = members[0].Position;
            float expected = ((position[0] - mean[0]) * (position[0] - mean[0])) + ((position[1] - mean[1]) * (position[1] - mean[1]));
            Assert.Equal(expected, scores[blob * RowsPerBlob][cluster], 1e-3f);
            Assert.Equal(cluster, Array.IndexOf(scores[blob * RowsPerBlob], scores[blob * RowsPerBlob].Min()));
        }
    }

    [Fact]
    public void The_schema_tells_what_the_columns_are()
    {
        IDataView data = Data();
        ClusteringPredictionTransformer<KMeansModelParameters> model = _ml.Clustering.Trainers.KMeans("Position", numberOfClusters: Blobs).Fit(data);
        DataViewSchema schema = model.GetOutputSchema(data.Schema);
        Assert.Equal(["Blob", "Position", "Weight", "PredictedLabel", "Score"], schema.Select(column => column.Name));
        Assert.Equal("Key<UInt32, 0-3>", schema["PredictedLabel"].Type.ToString());
        Assert.Equal("Vector<Single, 4>", schema["Score"].Type.ToString());
        Assert.Equal("Position", model.FeatureColumnName);
        Assert.Equal("Vector<Single, 2>", model.FeatureColumnType.ToString());
        Assert.Equal("Clustering", Annotation(schema["Score"], "ScoreColumnKind"));
        Assert.Equal("PredictedLabel", Annotation(schema["PredictedLabel"], "ScoreValueKind"));
        Assert.Equal("Score", Annotation(schema["Score"], "ScoreValueKind"));
        SchemaShape shape = _ml.Clustering.Trainers.KMeans("Features").GetOutputSchema(ShapeOf(new StrictView(1)));
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, shape.Single(column => column.Name == "Score").Kind);
        Assert.True(shape.Single(column => column.Name == "PredictedLabel").IsKey);

        static string Annotation(DataViewSchema.Column column, string kind)
        {
            ReadOnlyMemory<char> value = default;
            column.Annotations.GetValue(kind, ref value);
            return value.ToString();
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_clusters()
    {
        Assert.Equal(Clusters(3), Clusters(3));

        uint[] Clusters(int seed)
        {
            IDataView data = Data();
            ITransformer model = new MLContext(seed).Clustering.Trainers.KMeans("Position", numberOfClusters: 7).Fit(data);
            return model.Transform(data).GetColumn<uint>("PredictedLabel").ToArray();
        }
    }

    [Fact]
    public void Rows_with_missing_features_are_ignored_in_training_and_have_no_cluster()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Points().Append(new Point { Position = [float.NaN, 1] }));
        ClusteringPredictionTransformer<KMeansModelParameters> model = _ml.Clustering.Trainers.KMeans("Position", numberOfClusters: Blobs).Fit(data);
        VBuffer<float>[] centroids = [];
        model.Model.GetClusterCentroids(ref centroids, out _);
        Assert.All(centroids, centroid => Assert.All(centroid.DenseValues(), value => Assert.True(float.IsFinite(value))));
        Assert.Equal(0u, model.Transform(data).GetColumn<uint>("PredictedLabel").Last());
    }

    [Fact]
    public void Fewer_rows_than_clusters_are_an_error()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Points().Take(3));
        Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.KMeans("Position", numberOfClusters: 5).Fit(data));
        var plusPlus = new KMeansTrainer.Options
        {
            FeatureColumnName = "Position",
            NumberOfClusters = 5,
            InitializationAlgorithm = KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus,
        };
        var exception = Assert.Throws<InvalidOperationException>(() => _ml.Clustering.Trainers.KMeans(plusPlus).Fit(data));
        Assert.Contains("Not enough distinct instances to populate 5 clusters (only found 3 distinct instances)", exception.Message);
    }

    [Fact]
    public void Weights_do_not_move_the_centroids()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Point { Position = [0, 0], Weight = 3 }, new Point { Position = [4, 0], Weight = 1 }]);
        VBuffer<float>[] centroids = [];
        ClusteringPredictionTransformer<KMeansModelParameters> model = _ml.Clustering.Trainers.KMeans("Position", "Weight", numberOfClusters: 1).Fit(data);
        model.Model.GetClusterCentroids(ref centroids, out _);
        Assert.Equal([2, 0], centroids[0].DenseValues());
    }

    [Fact]
    public void Sparse_rows_are_clustered_as_dense_ones()
    {
        var source = new StrictView(100);
        IDataView scored = _ml.Clustering.Trainers.KMeans("Features", numberOfClusters: 2).Fit(source).Transform(source);
        uint[] clusters = scored.GetColumn<uint>("PredictedLabel").ToArray();
        Assert.Equal(2, clusters.Distinct().Count());
        Assert.NotEqual(clusters[0], clusters[99]);
    }

    [Fact]
    public void Wrong_columns_and_settings_are_errors()
    {
        IDataView data = Data();
        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.KMeans("Nothing").Fit(data));
        Assert.Contains("Could not find feature column 'Nothing'", missing.Message);
        var wrong = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.KMeans("Blob").Fit(data));
        Assert.Contains("Schema mismatch for feature column 'Blob': expected Vector<Single>, got Single", wrong.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.KMeans("Position", numberOfClusters: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Trainers.KMeans(new KMeansTrainer.Options { OptimizationTolerance = 0 }));
    }

    [Fact]
    public void Features_of_another_size_cannot_be_scored()
    {
        IDataView data = Data();
        ITransformer model = _ml.Clustering.Trainers.KMeans("Position", numberOfClusters: Blobs).Fit(data);
        IDataView other = _ml.Transforms.Concatenate("Position", "Position", "Position").Fit(data).Transform(data);
        Assert.ThrowsAny<Exception>(() => model.Transform(other).GetColumn<uint>("PredictedLabel").ToArray());
    }

    [Fact]
    public void Metrics_are_those_of_their_definitions()
    {
        // Two clusters of two rows; the scores are squared distances.
        IDataView data = _ml.Data.LoadFromEnumerable(new Scored[]
        {
            new() { Label = 0, Score = [1, 9], Position = [1, 0] },
            new() { Label = 0, Score = [1, 9], Position = [-1, 0] },
            new() { Label = 1, Score = [9, 4], Position = [12, 0] },
            new() { Label = 0, Score = [9, 2], Position = [8, 0] },
        });
        ClusteringMetrics metrics = _ml.Clustering.Evaluate(data, "Label", "Score", "Position");
        Assert.Equal(2, metrics.AverageDistance, 1e-6);
        // Spreads 1 and 2 around centres 0 and 10.
        Assert.Equal((1 + 2) / 10.0, metrics.DaviesBouldinIndex, 1e-6);
        double information = (0.5 * Math.Log(0.5 / (0.75 * 0.5))) + (0.25 * Math.Log(0.25 / (0.75 * 0.5))) + (0.25 * Math.Log(0.25 / (0.25 * 0.5)));
        double entropy = -(0.75 * Math.Log(0.75)) - (0.25 * Math.Log(0.25));
        Assert.Equal(information / entropy, metrics.NormalizedMutualInformation, 1e-6);
    }

    [Fact]
    public void Metrics_need_a_label_and_features_only_where_they_are_asked_for()
    {
        IDataView data = Data();
        IDataView scored = _ml.Clustering.Trainers.KMeans("Position", numberOfClusters: Blobs).Fit(data).Transform(data);
        ClusteringMetrics metrics = _ml.Clustering.Evaluate(scored);
        Assert.True(double.IsNaN(metrics.NormalizedMutualInformation));
        Assert.Equal(0, metrics.DaviesBouldinIndex);
        Assert.InRange(metrics.AverageDistance, 0.01, 1);
        Assert.Equal(1, _ml.Clustering.Evaluate(scored, "Blob").NormalizedMutualInformation, 1e-9);
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Blob").Fit(scored).Transform(scored);
        Assert.Equal(1, _ml.Clustering.Evaluate(keyed, "Blob").NormalizedMutualInformation, 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Evaluate(scored, "Position"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.Evaluate(data));
    }

    private static Point[] Points()
    {
        var random = new Random(1);
        return Enumerable.Range(0, Blobs * RowsPerBlob).Select(i => i / RowsPerBlob).Select(blob => new Point
        {
            Blob = blob,
            Position = [(float)((10 * (blob % 2)) + random.NextDouble()), (float)((10 * (blob / 2)) + random.NextDouble())],
        }).ToArray();
    }

    private SchemaShape ShapeOf(IDataView data)
    {
        SchemaShape? shape = null;
        new EstimatorChain<ITransformer>().Append(new ShapeReader(read => shape = read)).Fit(data);
        return shape!;
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Points());

    /// <summary>An estimator in a chain is shown the shape of the data.</summary>
    private sealed class ShapeReader(Action<SchemaShape> read) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            read(inputSchema);
            return inputSchema;
        }
    }

    private sealed class Point
    {
        public float Blob { get; set; }

        [VectorType(2)]
        public float[] Position { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    private sealed class Scored
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        [VectorType(2)]
        public float[] Position { get; set; } = [];
    }
}
