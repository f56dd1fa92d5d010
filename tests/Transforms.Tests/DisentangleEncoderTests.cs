using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public class DisentangleEncoderTests
{
    [Fact]
    public void Adds_an_embedding_of_known_size_that_KMeans_takes()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        var model = Samples.Pipeline(ml, Samples.Options with { Epochs = 20 })
            .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 2)).Fit(data);
        IDataView scored = model.Transform(ml.Data.LoadFromEnumerable(Samples.Create(seed: 2)));

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 5), scored.Schema["Embedding"].Type);
        var quality = ml.Clustering.EvaluateAgainstLabels(scored, labelColumnName: "Flag");
        Assert.True(quality.AdjustedMutualInformationMax > 0.9, quality.ToString());
    }

    [Fact]
    public void Gives_score_and_predicted_label_on_demand()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        var pipeline = Samples.Pipeline(ml, Samples.AllOutputs with { Epochs = 20 })
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedText", "PredictedGroup"));
        IDataView scored = pipeline.Fit(data).Transform(data);

        Assert.All(scored.Column<float[]>("Probabilities"), row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.Equal(Samples.Create().Select(row => row.Group), scored.Column<string>("PredictedText"));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2), scored.Schema["Probabilities"].Type);
        Assert.Equal(2u, ((KeyDataViewType)scored.Schema["PredictedGroup"].Type).Count);
    }

    [Fact]
    public void Predicts_a_Boolean_for_a_Boolean_label()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView scored = ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", Samples.AllOutputs with { Epochs = 20 })
            .Fit(data).Transform(data);

        Assert.Equal(Samples.Create().Select(row => row.Flag), scored.Column<bool>("PredictedGroup"));
    }

    [Fact]
    public void Tells_more_than_two_classes_apart()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView scored = ml.Transforms.Conversion.MapValueToKey("Key", "Blob")
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", "Key",
                Samples.AllOutputs with { Epochs = 30, Objective = Objective.CrossEntropy() }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedBlob", "PredictedGroup"))
            .Fit(data).Transform(data);

        Assert.Equal(Samples.Create().Select(row => row.Blob), scored.Column<int>("PredictedBlob"));
    }

    [Fact]
    public void Rows_without_label_are_learned_from_and_encoded()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, message) => log.Add(message.Message);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create(rows: 200, unlabelled: true));
        // Empty text is a value like any other; the keys come from a list that lacks it.
        IDataView keys = ml.Data.LoadFromEnumerable(new[] { new Sample { Group = "low" }, new Sample { Group = "high" } });
        IDataView onlyGroup = ml.Transforms.SelectColumns("Group").Fit(keys).Transform(keys);
        var model = ml.Transforms.Conversion.MapValueToKey("Group", keyData: onlyGroup)
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", "Group", Samples.Options)).Fit(data);

        Assert.Equal(200, model.Transform(data).Column<float[]>("Embedding").Length);
        Assert.Contains(log, message => message.Contains("200 rows of 12 features, 134 of them labelled, 2 classes"));
    }

    [Fact]
    public void Other_columns_pass_through_unchanged_and_in_step()
    {
        var ml = new MLContext(seed: 1);
        Sample[] samples = Samples.Create(rows: 1000);
        IDataView data = ml.Data.LoadFromEnumerable(samples);
        IDataView encoded = Samples.Pipeline(ml).Fit(data).Transform(data);

        Assert.Equal(samples.Select(sample => sample.Blob), encoded.Column<int>("Blob"));
        var both = ml.Data.CreateEnumerable<SampleWithEmbedding>(encoded, reuseRowObject: false, ignoreMissingColumns: true).ToArray();
        Assert.Equal(samples.Select(sample => sample.Features), both.Select(row => row.Features));
        Assert.Equal(encoded.Column<float[]>("Embedding"), both.Select(row => row.Embedding));
    }

    [Fact]
    public void Is_the_same_in_any_cursor()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create(rows: 700));
        IDataView encoded = Samples.Pipeline(ml, Samples.AllOutputs).Fit(data).Transform(data);
        float[][] expected = encoded.Column<float[]>("Embedding");
        DataViewSchema.Column column = encoded.Schema["Embedding"], blob = encoded.Schema["Blob"];

        var seen = new Dictionary<long, float[]>();
        foreach (DataViewRowCursor cursor in encoded.GetRowCursorSet([column, blob], n: 2))
        {
            using (cursor)
            {
                var embedding = cursor.GetGetter<VBuffer<float>>(column);
                var blobGetter = cursor.GetGetter<int>(blob);
                var id = cursor.GetIdGetter();
                while (cursor.MoveNext())
                {
                    VBuffer<float> value = default;
                    embedding(ref value);
                    embedding(ref value);
                    int blobValue = -1;
                    blobGetter(ref blobValue);
                    DataViewRowId rowId = default;
                    id(ref rowId);
                    Assert.Equal((int)(rowId.Low % 4), blobValue);
                    seen.Add((long)rowId.Low, [.. value.DenseValues()]);
                }
            }
        }
        Assert.Equal(700, seen.Count);
        Assert.Equal(expected, seen.OrderBy(pair => pair.Key).Select(pair => pair.Value));

        IDataView shuffled = ml.Data.ShuffleRows(encoded, seed: 3);
        Assert.Equal(expected.Select(row => string.Join(' ', row)).Order(), shuffled.Column<float[]>("Embedding")
            .Select(row => string.Join(' ', row)).Order());
    }

    [Fact]
    public void A_cursor_gives_only_active_columns()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView encoded = Samples.Pipeline(ml).Fit(data).Transform(data);
        using DataViewRowCursor cursor = encoded.GetRowCursor([encoded.Schema["Blob"]]);

        Assert.False(cursor.IsColumnActive(encoded.Schema["Embedding"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(encoded.Schema["Embedding"]));
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(encoded.Schema["Blob"]));
    }

    [Fact]
    public void Sparse_features_are_read_like_dense_ones()
    {
        var ml = new MLContext(seed: 1);
        var rows = Samples.Create();
        foreach (Sample row in rows)
            row.Features[0] = row.Features[5] = 0;
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(SparseSample));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Sample.Width);
        IDataView sparse = ml.Data.LoadFromEnumerable(rows.Select(row => new SparseSample(row)), schema);
        var model = Samples.Pipeline(ml).Fit(data);

        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), model.Transform(sparse).Column<float[]>("Embedding"));
    }

    [Fact]
    public void The_seed_of_the_context_decides_where_the_options_have_none()
    {
        float[][] Embeddings(int seed)
        {
            var ml = new MLContext(seed);
            IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
            return Samples.Pipeline(ml, Samples.Options with { Seed = null }).Fit(data).Transform(data).Column<float[]>("Embedding");
        }
        Assert.Equal(Embeddings(7), Embeddings(7));
        Assert.NotEqual(Embeddings(7), Embeddings(8));
    }

    [Fact]
    public void Every_epoch_is_logged_reported_and_kept()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, message) => log.Add(message.Message);
        var reported = new List<TrainingProgress>();
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        var model = Samples.Pipeline(ml, Samples.Options with { Progress = reported.Add }).Fit(data).LastTransformer;

        Assert.Equal(3, model.History.Count);
        Assert.Equal(model.History, reported);
        Assert.Equal(["cross-entropy", "row margin"], model.History[0].Terms.Keys);
        Assert.Contains(log, message => message.Contains("epoch 3/3: loss "));
        Assert.Equal("Features", model.InputColumnName);
        Assert.Equal("Embedding", model.OutputColumnName);
    }

    [Fact]
    public void A_pipeline_knows_its_output_before_it_is_fitted()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        IEstimator<ITransformer> pipeline = Samples.Pipeline(ml, Samples.AllOutputs)
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedText", "PredictedGroup"))
            .Append(ml.Transforms.Concatenate("All", "Embedding", "Probabilities"))
            .Append(ml.Transforms.NormalizeMinMax("All"));
        IDataView scored = pipeline.Fit(data).Transform(data);
        Assert.Equal(7, ((VectorDataViewType)scored.Schema["All"].Type).Size);
        Assert.Equal(TextDataViewType.Instance, scored.Schema["PredictedText"].Type);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Values_of_a_key_that_no_row_has_are_not_learned(bool cached)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Samples.Create());
        IDataView plain = Keyed([10, 20]), wide = Keyed([0, 10, 15, 20, 25]);
        DisentangleEncoderOptions options = Samples.AllOutputs with
        {
            CacheInMemory = cached, ValidationData = plain, PredictedLabelColumnName = "Predicted",
        };
        DisentangleEncoderTransformer few = Fit(plain, options), many = Fit(wide, options with { ValidationData = wide });

        Assert.Empty(few.Warnings);
        Assert.Single(many.Warnings);
        Assert.Equal(2, many.Encoder.ClassCount);
        float[][] scores = few.Transform(plain).Column<float[]>("Probabilities");
        uint[] predicted = few.Transform(plain).Column<uint>("Predicted");
        ITransformer loaded = ml.SaveAndLoad(many, wide);
        foreach (ITransformer transformer in new[] { many, loaded, DisentangleModel.Open(loaded).Transformer })
        {
            IDataView scored = transformer.Transform(wide);
            Assert.Equal(few.Transform(plain).Column<float[]>("Embedding"), scored.Column<float[]>("Embedding"));
            Assert.Equal(scores.Select(row => new[] { 0, row[0], 0, row[1], 0 }), scored.Column<float[]>("Probabilities"));
            Assert.Equal(predicted.Select(key => 2 * key), scored.Column<uint>("Predicted"));
            Assert.Equal(5ul, ((KeyDataViewType)scored.Schema["Predicted"].Type).Count);
        }
        Assert.Equal(few.History[^1].Validation!.Accuracy, many.History[^1].Validation!.Accuracy);

        IDataView Keyed(float[] values) => ml.Transforms.Conversion.MapValueToKey("Key", "Number",
            keyData: ml.Transforms.SelectColumns("Number").Fit(data).Transform(
                ml.Data.LoadFromEnumerable(values.Select(value => new Sample { Number = value, Features = new float[Sample.Width] }))))
            .Fit(data).Transform(data);
        DisentangleEncoderTransformer Fit(IDataView rows, DisentangleEncoderOptions fitOptions) =>
            ml.Transforms.DisentangleEncoder("Embedding", "Features", "Key", fitOptions).Fit(rows);
    }

    private sealed class SampleWithEmbedding
    {
        public float[] Features { get; set; } = [];
        public float[] Embedding { get; set; } = [];
    }

    private sealed class SparseSample
    {
        public SparseSample(Sample sample)
        {
            Group = sample.Group;
            int[] used = [.. Enumerable.Range(0, Sample.Width).Where(i => sample.Features[i] != 0)];
            Features = new VBuffer<float>(Sample.Width, used.Length, [.. used.Select(i => sample.Features[i])], used);
        }

        public VBuffer<float> Features { get; set; }
        public string Group { get; set; }
    }
}
