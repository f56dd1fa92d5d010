using Disentangle.ML.Evaluators;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>The encoder as it is without any options.</summary>
public class DefaultEncoderTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("Group", 0.2)]
    [InlineData(null, 0.1)]
    public void Finds_digits_that_raw_pixels_do_not_from_labels_of_two_halves_or_none(string? label, double gain)
    {
        IDataView images = _ml.Data.LoadFromIdx(TestData.InRepository("samples", "data", "mnist-10k-images-idx3-ubyte.gz"),
            TestData.InRepository("samples", "data", "mnist-10k-labels-idx1-ubyte.gz"));
        Image[] all = [.. _ml.Data.CreateEnumerable<Image>(images, reuseRowObject: false, ignoreMissingColumns: true)];
        foreach (Image image in all)
            image.Group = image.Label >= 5;
        IDataView train = _ml.Data.LoadFromEnumerable(all[..3000]), test = _ml.Data.LoadFromEnumerable(all[3000..5000]);
        DisentangleEncoderTransformer encoder = _ml.Transforms.DisentangleEncoder("Embedding", "Pixels", label).Fit(train);
        Assert.Empty(encoder.Warnings);

        BaselineComparison comparison =
            _ml.Clustering.CompareWithBaselines(encoder.Transform(train), encoder.Transform(test), "Pixels", "Embedding",
            labelColumnName: "Label", numberOfClusters: 10, options: new() { Runs = 2 });
        Assert.True(comparison.IsBetter, comparison.ToString());
        double Ami(bool embedding) => comparison.Results.Where(result => result.IsEmbedding == embedding)
            .Max(result => result.Scores[comparison.DecidingScore].Mean);
        Assert.True(Ami(embedding: true) > Ami(embedding: false) + gain, comparison.ToString());
    }

    [Fact]
    public void An_encoder_without_labels_is_saved_and_goes_on_with_or_without_them()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        var estimator = _ml.Transforms.DisentangleEncoder("Embedding", "Features", labelColumnName: null, numberOfEpochs: 3);
        DisentangleEncoderTransformer encoder = estimator.Fit(data);
        Assert.Equal(Objective.NeighborContrast().ToString(), encoder.Options.Objective.ToString());
        float[][] embeddings = encoder.Transform(data).Column<float[]>("Embedding");
        Assert.Equal(embeddings, _ml.SaveAndLoad(encoder, data).Transform(data).Column<float[]>("Embedding"));

        Assert.NotEqual(embeddings, estimator.Fit(data, encoder).Transform(data).Column<float[]>("Embedding"));
        var labelled = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag",
            new() { Epochs = 30, PredictedLabelColumnName = "Predicted" }).Fit(data, encoder);
        Assert.Equal(data.Column<bool>("Flag"), labelled.Transform(data).Column<bool>("Predicted"));

        Assert.Contains("ScoreColumnName and PredictedLabelColumnName need a classifier", Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.DisentangleEncoder("Embedding", "Features", null, new() { ScoreColumnName = "Score" })).Message);
    }

    [Fact]
    public void Simple_arguments_set_the_embedding_size_and_the_epochs()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        DisentangleEncoderTransformer encoder = _ml.Transforms
            .DisentangleEncoder("Embedding", "Features", "Flag", embeddingSize: 6, numberOfEpochs: 2).Fit(data);
        Assert.Equal(2, encoder.History.Count);
        Assert.Equal(6, encoder.Transform(data).Column<float[]>("Embedding")[0].Length);
        Assert.Equal(new DisentangleEncoderOptions { Network = encoder.Options.Network, Epochs = 2 }.ToString(),
            encoder.Options.ToString());

        DisentangleAutoencoderTransformer autoencoder = _ml.Transforms
            .DisentangleAutoencoder("Code", "Features", embeddingSize: 5, numberOfEpochs: 1).Fit(data);
        Assert.Single(autoencoder.History);
        Assert.Equal(5, autoencoder.Transform(data).Column<float[]>("Code")[0].Length);

        var wrong = Assert.Throws<ArgumentException>(() => _ml.Transforms.DisentangleEncoder("Embedding", "Features", embeddingSize: 0,
            numberOfEpochs: 0));
        Assert.Contains("Embedding is 0", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("Epochs is 0", wrong.Message, StringComparison.Ordinal);
        var both =
            Assert.Throws<ArgumentException>(() => _ml.Transforms.DisentangleEncoder("Embedding", options: new(), numberOfEpochs: 3));
        Assert.Contains("Both options and embeddingSize or numberOfEpochs are given", both.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scales_columns_of_different_units_says_so_and_saves_the_scale()
    {
        var log = new List<string>();
        _ml.Log += (_, message) => log.Add(message.Message);
        Sample[] samples = Samples.Create();
        foreach (Sample sample in samples)
        {
            for (int f = 0; f < sample.Features.Length; f++)
                sample.Features[f] = sample.Features[f] * MathF.Pow(10, f % 4) + 1000 * f;
        }
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        var options =
            new DisentangleEncoderOptions { Network = Network.Mlp([16], 4), Epochs = 100, PredictedLabelColumnName = "Predicted" };
        ITransformer model = _ml.Transforms.DisentangleEncoder("Embedding", "Features", "Flag", options).Fit(data);

        Assert.Contains(log, line => line.Contains("Features are standardised: their largest range is", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("Found the neighbours of 200 rows", StringComparison.Ordinal));
        Assert.Equal(data.Column<bool>("Flag"), model.Transform(data).Column<bool>("Predicted"));
        float[][] embeddings = model.Transform(data).Column<float[]>("Embedding");
        Assert.All(embeddings, embedding => Assert.Equal(1, embedding.Sum(value => value * value), 1e-5));
        ITransformer loaded = _ml.SaveAndLoad(model, data);
        Assert.Equal(embeddings, loaded.Transform(data).Column<float[]>("Embedding"));
        Assert.Equal(embeddings, DisentangleModel.Open(loaded).Transformer.Transform(data).Column<float[]>("Embedding"));
    }

    [Theory]
    [InlineData(FeatureScalingKind.Common, 0)]
    [InlineData(FeatureScalingKind.MinMax, 0)]
    [InlineData(FeatureScalingKind.PrincipalComponents, 5)]
    public void Every_scaling_is_saved(FeatureScalingKind kind, int components)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        ITransformer model = Samples.Pipeline(_ml, Samples.Options with { Scaling = new FeatureScaling(kind, components) }).Fit(data);
        Assert.Equal(model.Transform(data).Column<float[]>("Embedding"), _ml.SaveAndLoad(model, data).Transform(data)
            .Column<float[]>("Embedding"));
    }

    [Fact]
    public void A_reconstruction_is_in_the_units_of_the_features()
    {
        Sample[] samples = Samples.Create();
        foreach (Sample sample in samples)
        {
            for (int f = 0; f < sample.Features.Length; f++)
                sample.Features[f] = 100 * sample.Features[f] + 500;
        }
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        var options = new DisentangleAutoencoderOptions
        {
            Network = Network.MlpAutoencoder([16], 6),
            Objective = Objective.Reconstruction(),
            Scaling = FeatureScaling.MinMax,
            Epochs = 100,
            LearningRate = 0.01f,
            ReconstructionColumnName = "Again",
        };
        ITransformer model = _ml.Transforms.DisentangleAutoencoder("Code", "Features", null, options).Fit(data);
        float[][] again = model.Transform(data).Column<float[]>("Again");
        double error = again.Zip(samples, (row, sample) => row.Zip(sample.Features, (x, y) => Math.Abs(x - y)).Average()).Average();
        Assert.InRange(error, 0, 50);
        Assert.Equal(again, _ml.SaveAndLoad(model, data).Transform(data).Column<float[]>("Again"));
    }

    [Fact]
    public void A_custom_view_trains_and_the_saved_model_remembers_its_name()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        Objective objective = Objective.CrossEntropy() + Objective.NeighborContrast(view: Views.Combine(Views.Noise(), new Doubling()));
        ITransformer model = Samples.Pipeline(_ml, Samples.Options with { Objective = objective }).Fit(data);
        var loaded = (DisentangleEncoderTransformer)DisentangleModel.Open(_ml.SaveAndLoad(model, data)).Encoders[0];

        Objective saved = loaded.Options.Objective;
        var contrast = (NeighborContrastLoss)saved.Terms[1].Loss;
        var views = ((CombinedView)contrast.Pairs.View!).Views;
        Assert.Equal([new NoiseView(), new RecordedView(nameof(Doubling))], views);
        Assert.Contains("'Doubling' is only the record of a custom view",
            Assert.Throws<ArgumentException>(() => Samples.Pipeline(_ml, loaded.Options)).Message);
    }

    private sealed class Doubling : IRowView
    {
        public float[] Change(ReadOnlySpan<float> row, Random random)
        {
            float[] changed = row.ToArray();
            for (int i = 0; i < changed.Length; i++)
                changed[i] *= 2;
            return changed;
        }
    }

    private sealed class Image
    {
        [VectorType(784)]
        public float[] Pixels { get; set; } = [];

        public float Label { get; set; }

        public bool Group { get; set; }
    }
}
