using System.Text.Json;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class KMeansWithinTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _data;
    private readonly List<string> _warnings = [];

    public KMeansWithinTests()
    {
        _data = _ml.Data.LoadFromEnumerable(Samples.Create());
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                _warnings.Add(e.Message);
        };
    }

    [Fact]
    public void Clusters_lie_within_their_class_and_are_named_after_it()
    {
        KMeansWithinTransformer model = Pipeline(2).Fit(_data).LastTransformer;
        Assert.Equal(["low/1", "low/2", "high/1", "high/2"], model.ClusterNames);
        Assert.Equal(2, model.ClustersPerClass["low"]);
        IDataView scored = Pipeline(2).Fit(_data).Transform(_data);
        Assert.Equal(1, _ml.Clustering.EvaluateAgainstLabels(scored, "Blob").AdjustedMutualInformation, 1e-9);
        string[] names = Names(scored);
        Assert.All(Samples.Create().Zip(names), pair => Assert.StartsWith(pair.First.Group + "/", pair.Second));

        // Scores are squared distances to the centroids, also to those of other classes.
        float[][] scores = scored.Column<float[]>("Score");
        foreach (var (sample, score) in Samples.Create().Zip(scores))
        {
            for (int cluster = 0; cluster < 4; cluster++)
                Assert.Equal(sample.Features.Zip(model.Centroid(cluster), (x, c) => (x - c) * (x - c)).Sum(), score[cluster], 1e-4);
        }
    }

    [Theory]
    [InlineData(80)]
    [InlineData(-80)]
    public void The_scale_does_not_matter(int exponent)
    {
        Sample[] samples = Samples.Create();
        foreach (Sample sample in samples)
            sample.Features = [.. sample.Features.Select(value => MathF.ScaleB(value, exponent))];
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        Assert.Equal(1, _ml.Clustering.EvaluateAgainstLabels(Pipeline(2).Fit(data).Transform(data), "Blob").AdjustedMutualInformation,
            1e-9);
    }

    [Fact]
    public void Rows_belong_to_the_nearest_cluster_of_their_class_and_without_one_to_the_nearest_of_all()
    {
        ITransformer model = Pipeline(2).Fit(_data);
        Sample[] samples = Samples.Create(rows: 100, seed: 2);
        string[] own = Names(model.Transform(_ml.Data.LoadFromEnumerable(samples)));
        foreach (Sample sample in samples)
            sample.Group = sample.Group == "low" ? "high" : "low";
        IDataView moved = model.Transform(_ml.Data.LoadFromEnumerable(samples));
        Assert.All(samples.Zip(Names(moved)), pair => Assert.StartsWith(pair.First.Group, pair.Second));
        foreach (Sample sample in samples)
            sample.Group = "";
        IDataView missing = model.Transform(_ml.Data.LoadFromEnumerable(samples));
        Assert.Equal(own, Names(missing));
        Assert.Equal(missing.Column<float[]>("Score").Select(score => (uint)Array.IndexOf(score, score.Min()) + 1),
            missing.Column<uint>("PredictedLabel"));
    }

    [Theory]
    [InlineData("Group")]
    [InlineData("Flag")]
    [InlineData("Number")]
    public void The_model_is_the_same_after_loading(string label)
    {
        IEstimator<ITransformer> pipeline = label == "Flag"
            ? _ml.Clustering.Trainers.KMeansWithin("Features", label, clustersPerClass: 2)
            : _ml.Transforms.Conversion.MapValueToKey(label).Append(
                _ml.Clustering.Trainers.KMeansWithin("Features", label, clustersPerClass: 2));
        ITransformer model = pipeline.Fit(_data);
        Sample[] samples = Samples.Create(rows: 60, seed: 3, unlabelled: true);
        IDataView test = _ml.Data.LoadFromEnumerable(samples);
        IDataView expected = model.Transform(test);
        ITransformer loaded = _ml.SaveAndLoad(model, _data);
        ITransformer opened = DisentangleModel.Open(loaded).Transformer;
        foreach (IDataView actual in new[] { loaded.Transform(test), opened.Transform(test) })
        {
            Assert.Equal(expected.Column<uint>("PredictedLabel"), actual.Column<uint>("PredictedLabel"));
            Assert.Equal(expected.Column<float[]>("Score"), actual.Column<float[]>("Score"));
            Assert.Equal(Names(expected), Names(actual));
            Assert.Equal(expected.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}").Order(),
                actual.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name}: {column.Type}").Order());
        }
        foreach (ITransformer one in new[] { model, loaded })
        {
            using var engine = new MLContext().Model.CreatePredictionEngine<Sample, Clustered>(one, _data.Schema);
            Clustered[] predictions = [.. samples.Select(engine.Predict)];
            Assert.Equal(expected.Column<uint>("PredictedLabel"), predictions.Select(prediction => prediction.PredictedLabel));
            Assert.Equal(expected.Column<float[]>("Score"), predictions.Select(prediction => prediction.Score));
        }
        // A second saving changes nothing.
        Assert.Equal(expected.Column<float[]>("Score"), _ml.SaveAndLoad(opened, _data).Transform(test).Column<float[]>("Score"));
    }

    [Fact]
    public void It_follows_an_encoder_in_a_pipeline_that_is_saved()
    {
        ITransformer model = Samples.Pipeline(_ml).Append(_ml.Clustering.Trainers.KMeansWithin("Embedding", "Group", clustersPerClass: 2))
            .Fit(_data);
        IDataView expected = model.Transform(_data);
        ITransformer loaded = _ml.SaveAndLoad(model, _data);
        Assert.Equal(expected.Column<float[]>("Score"), loaded.Transform(_data).Column<float[]>("Score"));
        Assert.Equal(Names(expected), Names(loaded.Transform(_data)));
        Assert.Equal(2, DisentangleModel.Open(loaded).Transformers.Count);
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("offset 0")]
    [InlineData("offset 100")]
    [InlineData("offset 1000")]
    [InlineData("offset 10000")]
    [InlineData("offset 100000")]
    public void Inertia_is_what_scikit_learn_finds_within_each_class_at_any_offset(string name)
    {
        JsonElement set = JsonDocument.Parse(File.ReadAllBytes(TestData.InRepository("tests", "reference", "kmeans.json"))).RootElement
            .GetProperty("sets").EnumerateArray().Single(candidate => candidate.GetProperty("name").GetString() == name);
        float[][] rows = [.. set.GetProperty("rows").EnumerateArray().Select(value => (float)value.GetDouble()).Chunk(4)];
        var data = _ml.Data.LoadFromEnumerable(rows.Zip(set.GetProperty("groups").EnumerateArray(),
            (row, group) => new Wide { Features = row, Flag = group.GetInt32() == 1 }).ToArray());
        double expected = set.GetProperty("within").EnumerateArray().Sum(value => value.GetDouble());
        KMeansWithinTransformer model = _ml.Clustering.Trainers.KMeansWithin("Features", "Flag", ClustersPerClass.InOrder(2, 1)).Fit(data);
        Assert.Equal(expected, model.Inertia, expected * 1e-5);
        Assert.Equal(["False/1", "False/2", "True/1"], model.ClusterNames);
        // The loaded model predicts in double precision too.
        IDataView scored = _ml.SaveAndLoad(model, data).Transform(data);
        uint[] clusters = scored.Column<uint>("PredictedLabel");
        Assert.Equal(expected, scored.Column<float[]>("Score").Zip(clusters, (score, cluster) => (double)score[cluster - 1]).Sum(),
            expected * 1e-5);
    }

    [Fact]
    public void Numbers_of_clusters_can_be_the_same_shared_out_or_named()
    {
        Sample[] samples = [.. Samples.Create(rows: 300).Where((sample, i) => sample.Group == "low" || i % 3 == 0)];
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        int low = samples.Count(sample => sample.Group == "low"), high = samples.Length - low;
        Assert.InRange(low, 2.9 * high, 3.1 * high);
        (int, int) Counts(ClustersPerClass counts)
        {
            KMeansWithinTransformer model = Pipeline(counts).Fit(data).LastTransformer;
            return (model.ClustersPerClass["low"], model.ClustersPerClass["high"]);
        }
        Assert.Equal((3, 3), Counts(3));
        Assert.Equal((6, 2), Counts(ClustersPerClass.ByShare(8)));
        Assert.Equal((1, 1), Counts(ClustersPerClass.ByShare(2)));
        Assert.Equal((4, 1), Counts(ClustersPerClass.InOrder(4, 1)));
        Assert.Equal((1, 5), Counts(ClustersPerClass.Named(new Dictionary<string, int> { ["high"] = 5, ["low"] = 1 })));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_class_with_few_different_rows_gets_fewer_clusters_and_a_class_without_rows_none()
    {
        Sample[] samples = Samples.Create();
        foreach (Sample sample in samples.Where(sample => sample.Group == "high"))
            sample.Features = sample.Blob == 2 ? new float[Sample.Width] : [.. Enumerable.Repeat(1f, Sample.Width)];
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        var keys = _ml.Data.LoadFromEnumerable(new[] { new Sample { Group = "low" }, new Sample { Group = "none" },
            new Sample { Group = "high" } });
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Group", keyData: _ml.Transforms.SelectColumns("Group").Fit(keys)
            .Transform(keys))
            .Append(_ml.Clustering.Trainers.KMeansWithin("Features", "Group", clustersPerClass: 3));
        var model = pipeline.Fit(data);
        Assert.Equal(["low/1", "low/2", "low/3", "high/1", "high/2"], model.LastTransformer.ClusterNames);
        Assert.Contains("'high' has 100 rows, 2 of them distinct, and gets 2 clusters instead of 3", Assert.Single(_warnings));

        // Rows of the class that has no clusters go to the nearest of all.
        IDataView scored = model.Transform(_ml.Data.LoadFromEnumerable(
            [new Sample { Group = "none", Features = new float[Sample.Width] }]));
        Assert.StartsWith("high", Names(scored).Single());
    }

    [Fact]
    public void Rows_without_label_are_left_out_of_the_fitting()
    {
        Sample[] samples = Samples.Create();
        KMeansWithinTransformer without = Pipeline(2).Fit(_ml.Data.LoadFromEnumerable(samples.Where((_, i) => i % 5 != 0)))
            .LastTransformer;
        for (int i = 0; i < samples.Length; i += 5)
            samples[i].Group = "";
        KMeansWithinTransformer with = Pipeline(2).Fit(_ml.Data.LoadFromEnumerable(samples)).LastTransformer;
        Assert.Equal(without.Inertia, with.Inertia);
        foreach (Sample sample in samples)
            sample.Group = "";
        Assert.Contains("No row has a label in column 'Group' (200 rows are unlabelled)",
            Assert.Throws<InvalidDataException>(() => Pipeline(2).Fit(_ml.Data.LoadFromEnumerable(samples))).Message);
        Assert.Throws<InvalidDataException>(() => Pipeline(2).Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Sample>())));
    }

    [Fact]
    public void Wrong_input_is_refused()
    {
        static string Fault(Func<object> action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        Assert.Contains("ClustersPerClass is 0", Fault(() => _ml.Clustering.Trainers.KMeansWithin(clustersPerClass: 0)));
        Assert.Contains("ClustersPerClass is -1 for class 1",
            Fault(() => _ml.Clustering.Trainers.KMeansWithin(clustersPerClass: ClustersPerClass.InOrder(2, -1))));
        Assert.Contains("divides 0 clusters", Fault(() =>
            _ml.Clustering.Trainers.KMeansWithin(clustersPerClass: ClustersPerClass.ByShare(0))));
        string all = Fault(() => _ml.Clustering.Trainers.KMeansWithin(
            new KMeansWithinOptions { FeatureColumnName = "", LabelColumnName = " ", ClustersPerClass = null!, Restarts = 0,
                Threads = -2 }));
        foreach (string part in new[] { "5 errors", "FeatureColumnName is empty", "LabelColumnName is empty", "ClustersPerClass is null",
            "Restarts is 0", "Threads is -2" })
            Assert.Contains(part, all);

        var trainers = _ml.Clustering.Trainers;
        Assert.Contains("There is no feature column 'Pixels'", Fault(() => trainers.KMeansWithin("Pixels", "Flag").Fit(_data)));
        Assert.Contains("There is no label column 'Class'", Fault(() => trainers.KMeansWithin("Features", "Class").Fit(_data)));
        Assert.Contains("The label column 'Blob' is Int32; it must be a key",
            Fault(() => trainers.KMeansWithin("Features", "Blob").Fit(_data)));
        Assert.Contains("The label column 'Blob' is Scalar of Int32; it must be a key",
            Fault(() => new EstimatorChain<ITransformer>().Append(trainers.KMeansWithin("Features", "Blob")).Fit(_data)));
        string Invalid(ClustersPerClass counts) => Assert.Throws<InvalidDataException>(() => Pipeline(counts).Fit(_data)).Message;
        Assert.Equal("ClustersPerClass has 3 numbers, but the label has 2 classes.", Invalid(ClustersPerClass.InOrder(1, 2, 3)));
        Assert.Equal("ClustersPerClass names low, dead, but the classes of the label are low, high.",
            Invalid(ClustersPerClass.Named(new Dictionary<string, int> { ["low"] = 1, ["dead"] = 2 })));
        Assert.Equal("2 classes need one cluster each; 1 clusters are too few.", Invalid(ClustersPerClass.ByShare(1)));
        Assert.Contains("300 clusters need at least 300 distinct rows", Invalid(ClustersPerClass.ByShare(300)));
        Sample[] broken = Samples.Create();
        broken[9].Features[1] = float.PositiveInfinity;
        Assert.StartsWith("Feature 1 of column 'Features' is Infinity in row 9",
            Assert.Throws<InvalidDataException>(() => Pipeline(2).Fit(_ml.Data.LoadFromEnumerable(broken))).Message);
    }

    [Fact]
    public void Classes_must_be_those_of_training()
    {
        KMeansWithinTransformer model = Pipeline(2).Fit(_data).LastTransformer;
        IDataView other = _ml.Transforms.Conversion.MapValueToKey("Group").Fit(_data).Transform(_data);
        Assert.Equal(200, model.Transform(other).Column<uint>("PredictedLabel").Length);
        IDataView turned = _ml.Transforms.Conversion.MapValueToKey("Group",
            keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(_data).Transform(_data);
        Assert.Contains("The label column 'Group' has different classes than in training, or the same in a different order",
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(turned)).Message);
        Assert.Contains("There is no label column 'Group'", Assert.Throws<ArgumentOutOfRangeException>(
            () => model.Transform(_ml.Transforms.DropColumns("Group").Fit(_data).Transform(_data))).Message);

        // A loaded model knows the number of classes.
        Sample[] samples = Samples.Create();
        samples[0].Group = "third";
        IDataView three = _ml.Data.LoadFromEnumerable(samples);
        IDataView mapped = _ml.Transforms.Conversion.MapValueToKey("Group").Fit(three).Transform(three);
        ITransformer loaded = _ml.SaveAndLoad(model, other);
        Assert.Contains("have 15 features and classes together; the model was trained on 12 and 2.",
            Assert.ThrowsAny<Exception>(() => loaded.Transform(mapped).Column<uint>("PredictedLabel")).Innermost().Message);
    }

    [Fact]
    public void The_seed_decides_and_fitting_can_be_cancelled()
    {
        double[] Fit(int context, int? seed) => new MLContext(context).Clustering.Trainers.KMeansWithin(new KMeansWithinOptions
        {
            LabelColumnName = "Flag", ClustersPerClass = 7, Restarts = 1, Seed = seed,
        }).Fit(_data).Centroid(3);
        Assert.Equal(Fit(1, null), Fit(1, null));
        Assert.NotEqual(Fit(1, null), Fit(2, null));
        Assert.Equal(Fit(1, 4), Fit(2, 4));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Clustering.Trainers.KMeansWithin(
            new KMeansWithinOptions { LabelColumnName = "Flag", CancellationToken = source.Token }).Fit(_data));
    }

    private IEstimator<TransformerChain<KMeansWithinTransformer>> Pipeline(ClustersPerClass counts) =>
        _ml.Transforms.Conversion.MapValueToKey("Group").Append(_ml.Clustering.Trainers.KMeansWithin("Features", "Group", counts));

    /// <summary>The key value of each row's cluster.</summary>
    private static string[] Names(IDataView scored)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        scored.Schema["PredictedLabel"].GetKeyValues(ref values);
        return [.. scored.Column<uint>("PredictedLabel").Select(key => values.GetItemOrDefault((int)key - 1).ToString())];
    }

    private sealed class Clustered
    {
        public uint PredictedLabel { get; set; }
        public float[] Score { get; set; } = [];
    }

    private sealed class Wide
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public bool Flag { get; set; }
    }
}
