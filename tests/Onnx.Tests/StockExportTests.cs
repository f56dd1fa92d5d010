using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Onnx.Tests;

/// <summary>ML.NET's own export would leave our steps out without a word.</summary>
public sealed class StockExportTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("autoencoder")]
    [InlineData("autoencoder, KMeans")]
    [InlineData("encoder, KMeans")]
    [InlineData("mixture")]
    [InlineData("clusters within classes")]
    public void The_stock_export_of_a_pipeline_with_our_steps_throws_and_says_what_to_use(string steps)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Row.Create(60));
        var code = new DisentangleAutoencoderOptions { Epochs = 1, Network = Trainers.Network.MlpAutoencoder([8], 4) };
        var embedding = new DisentangleEncoderOptions { Epochs = 1, Network = Trainers.Network.Mlp([8], 4) };
        IEstimator<ITransformer> pipeline = steps switch
        {
            "mixture" => _ml.Clustering.Trainers.GaussianMixture("Features", numberOfComponents: 2),
            "clusters within classes" => _ml.Clustering.Trainers.KMeansWithin("Features", "Flag", clustersPerClass: 2),
            "encoder, KMeans" => _ml.Transforms.DisentangleEncoder("Code", "Features", "Flag", embedding),
            _ => _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: code),
        };
        if (steps.EndsWith("KMeans", StringComparison.Ordinal))
            pipeline = pipeline.Append(_ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 2));
        ITransformer model = pipeline.Fit(data);

        using var stream = new MemoryStream();
        var e = Assert.ThrowsAny<InvalidOperationException>(() => _ml.Model.ConvertToOnnx(model, data, stream));
        Assert.Contains("UseExportToOnnxOfDisentangleOnnx", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void What_makes_it_throw_is_hidden()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Row.Create(60));
        IDataView scored = _ml.Clustering.Trainers.GaussianMixture("Features", numberOfComponents: 2).Fit(data).Transform(data);
        DataViewSchema.Column marker = Assert.Single(scored.Schema, column => column.IsHidden);
        Assert.Equal("PredictedLabel", marker.Name);
        Assert.IsType<KeyDataViewType>(scored.Schema["PredictedLabel"].Type);
        Assert.Equal(60, _ml.Data.Cache(scored).Preview().RowView.Length);
        using var stream = new MemoryStream();
        _ml.Data.SaveAsBinary(scored, stream);
        _ml.Data.SaveAsText(scored, stream, separatorChar: '\t');
    }
}
