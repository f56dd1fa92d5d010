using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>Training that goes on from a fitted model.</summary>
public class WarmStartTests
{
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>No step changes a weight, so that the result shows where training started.</summary>
    private static readonly DisentangleEncoderOptions Still = Samples.AllOutputs with { Epochs = 1, LearningRate = 1e-30f };

    private DisentangleEncoderEstimator Estimator(string label, DisentangleEncoderOptions options) =>
        _ml.Transforms.DisentangleEncoder("Embedding", "Features", label, options);

    private IDataView Data(Func<Sample, string> group, int rows = 200)
    {
        Sample[] samples = Samples.Create(rows);
        foreach (Sample sample in samples)
            sample.Group = group(sample);
        IDataView data = _ml.Data.LoadFromEnumerable(samples);
        return _ml.Transforms.Conversion.MapValueToKey("Group").Fit(data).Transform(data);
    }

    [Fact]
    public void Starts_from_the_weights_and_the_scale_of_the_previous_model()
    {
        IDataView data = Data(sample => sample.Blob >= 2 ? "high" : "low");
        DisentangleEncoderTransformer before = Estimator("Group", Samples.AllOutputs with { Scaling = FeatureScaling.Standardized })
            .Fit(data);
        IDataView fewer = _ml.Data.TakeRows(data, 40);
        DisentangleEncoderTransformer after = Estimator("Group", Still with { Scaling = FeatureScaling.Standardized, Seed = 9 })
            .Fit(fewer, before);

        Assert.Equal(before.Transform(data).Column<float[]>("Embedding"), after.Transform(data).Column<float[]>("Embedding"));
        Assert.Equal(before.Transform(data).Column<float[]>("Probabilities").SelectMany(row => row),
            after.Transform(data).Column<float[]>("Probabilities").SelectMany(row => row), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Classes_are_matched_by_value_whatever_their_order(bool more)
    {
        DisentangleEncoderTransformer before = Estimator("Group", Samples.AllOutputs with { Epochs = 20 })
            .Fit(Data(sample => sample.Blob >= 2 ? "high" : "low"));
        // The classes come in another order, and there may be new ones.
        Sample[] reversed = [.. Samples.Create().Reverse()];
        foreach (Sample sample in reversed)
            sample.Group = more && sample.Blob == 1 ? "new" : sample.Blob >= 2 ? "high" : "low";
        IDataView data = _ml.Data.LoadFromEnumerable(reversed);
        data = _ml.Transforms.Conversion.MapValueToKey("Group").Fit(data).Transform(data);
        DisentangleEncoderTransformer after = Estimator("Group", Still).Fit(data, before);

        float[][] probabilities = after.Transform(data).Column<float[]>("Probabilities");
        Assert.Equal(more ? 3 : 2, probabilities[0].Length);
        // Rows are in the order of reversed; key values in the order in which they occur there: high, then new or low.
        int high = 0, low = more ? 2 : 1;
        for (int i = 0; i < reversed.Length; i++)
        {
            if (reversed[i].Blob >= 2)
                Assert.True(probabilities[i][high] > probabilities[i][low]);
            else if (reversed[i].Blob == 0)
                Assert.True(probabilities[i][low] > probabilities[i][high]);
        }
    }

    [Fact]
    public void Training_goes_on_where_it_stopped()
    {
        IDataView data = Data(sample => sample.Blob >= 2 ? "high" : "low");
        DisentangleEncoderOptions options = Samples.AllOutputs with { Epochs = 10 };
        DisentangleEncoderTransformer before = Estimator("Group", options).Fit(data);
        DisentangleEncoderTransformer after = Estimator("Group", options).Fit(data, before);
        Assert.True(after.History[0].Loss < before.History[0].Loss);
        Assert.True(after.History[0].Loss < before.History[^1].Loss * 1.5);
        ITransformer loaded = _ml.SaveAndLoad(after, data);
        Assert.Equal(after.Transform(data).Column<float[]>("Embedding"), loaded.Transform(data).Column<float[]>("Embedding"));
    }

    [Fact]
    public void Autoencoders_go_on_too()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Samples.Create());
        DisentangleAutoencoderEstimator estimator = _ml.Transforms.DisentangleAutoencoder("Code", "Features",
            options: new() { Network = Network.MlpAutoencoder([16], 4), Epochs = 5, Seed = 1 });
        DisentangleAutoencoderTransformer before = estimator.Fit(data);
        Assert.True(estimator.Fit(data, before).History[0].Loss < before.History[0].Loss);
    }

    [Fact]
    public void Frozen_layers_keep_their_weights()
    {
        IDataView data = Data(sample => sample.Blob >= 2 ? "high" : "low");
        DisentangleEncoderOptions options = Samples.AllOutputs with { Network = Network.Mlp([16, 8], 4), Epochs = 3 };
        DisentangleEncoderTransformer before = Estimator("Group", options).Fit(data);
        Assert.Equal(
            ["hidden0.weight", "hidden0.bias", "hidden1.weight", "hidden1.bias", "embedding.weight", "embedding.bias"],
            before.Encoder.Parameters.Take(6).Select(parameter => parameter.Name));
        for (int frozen = 0; frozen <= 3; frozen++)
        {
            DisentangleEncoderTransformer after = Estimator("Group", options with { FrozenLayers = frozen }).Fit(data, before);
            bool[] changed = [.. before.Encoder.Parameters.Zip(after.Encoder.Parameters)
                .Select(pair => !pair.First.Value.ToArray().SequenceEqual(pair.Second.Value.ToArray()))];
            // Weight and bias of each layer, then of the classifier.
            Assert.Equal([.. Enumerable.Range(0, 8).Select(i => i / 2 >= frozen)], changed);
            Assert.True(after.History[^1].Loss < after.History[0].Loss);
        }
    }

    [Fact]
    public void A_frozen_layer_needs_a_previous_model_and_something_left_to_train()
    {
        IDataView data = Data(sample => sample.Blob >= 2 ? "high" : "low");
        DisentangleEncoderTransformer before = Estimator("Group", Samples.AllOutputs).Fit(data);
        var alone = Assert.Throws<ArgumentException>(() => Estimator("Group", Still with { FrozenLayers = 1 }).Fit(data));
        Assert.Contains("there is no previous model", alone.Message, StringComparison.Ordinal);
        var many = Assert.Throws<ArgumentException>(() => Estimator("Group", Still with { FrozenLayers = 4 }).Fit(data, before));
        Assert.Contains("FrozenLayers is 4, but the network has 2 layers (hidden0, embedding).", many.Message, StringComparison.Ordinal);
        var negative = Assert.Throws<ArgumentException>(() => Estimator("Group", Still with { FrozenLayers = -1 }).Fit(data, before));
        Assert.Contains("FrozenLayers is -1", negative.Message, StringComparison.Ordinal);

        DisentangleAutoencoderOptions options = new() { Network = Network.MlpAutoencoder([16], 4), Epochs = 1, Seed = 1 };
        DisentangleAutoencoderTransformer code = _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: options).Fit(data);
        var all = Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: options with { FrozenLayers = 4 }).Fit(data, code));
        Assert.Contains("nothing would be left to train", all.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_fit_is_refused()
    {
        IDataView data = Data(sample => sample.Blob >= 2 ? "high" : "low");
        DisentangleEncoderTransformer before = Estimator("Group", Samples.AllOutputs).Fit(data);
        var network = Assert.Throws<ArgumentException>(() =>
            Estimator("Group", Still with { Network = Network.Mlp([16], 6) }).Fit(data, before));
        Assert.Contains("The network of the previous model is", network.Message, StringComparison.Ordinal);
        var normalised =
            Assert.Throws<ArgumentException>(() => Estimator("Group", Still with { NormalizeEmbedding = true }).Fit(data, before));
        Assert.Contains("does not scale embeddings to length 1", normalised.Message, StringComparison.Ordinal);

        IDataView wider = _ml.Transforms.Concatenate("Wide", "Features", "Number").Fit(data).Transform(data);
        var features = Assert.Throws<ArgumentException>(() =>
            _ml.Transforms.DisentangleEncoder("Embedding", "Wide", "Group", Still).Fit(wider, before));
        Assert.Contains("The previous model was trained on 12 features, but the data has 13.", features.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Estimator("Group", Still).Fit(data, null!));
    }
}
