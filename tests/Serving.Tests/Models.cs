using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Serving.Tests;

/// <summary>A row that the small served models read.</summary>
public sealed class Row
{
    public const int Width = 6;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public string Group { get; set; } = "";

    public static Row[] Create(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Row
        {
            Features = [.. Enumerable.Range(0, Width).Select(j => (j % 2 == i % 2 ? 2 : 0) + random.NextSingle())],
            Group = i % 2 == 0 ? "even" : "odd",
        })];
    }
}

/// <summary>What is asked of a served model.</summary>
public sealed class Scored
{
    public float[] Embedding { get; set; } = [];

    public uint PredictedLabel { get; set; }
}

/// <summary>Fitted models in files of the test's own.</summary>
internal static class Models
{
    /// <summary>An encoder and KMeans; another seed gives other weights.</summary>
    public static void Save(string path, int seed)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Row.Create(60));
        var options = new DisentangleEncoderOptions
        {
            Network = new MlpNetwork { Hidden = [8], Embedding = 3, EmbeddingActivation = Activation.Identity },
            Objective = Objective.CrossEntropy(),
            Scaling = FeatureScaling.AsGiven,
            Epochs = 1,
            Seed = seed,
        };
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", "Group", options))
            .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 2)).Fit(data);
        DisentangleModel.Save(ml, model, data.Schema, path);
    }

    /// <summary>An autoencoder of words' counts; the codes of the texts.</summary>
    public static float[][] SaveText(string path, string[] texts)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(texts.Select(text => new { Text = text }));
        var options = new DisentangleAutoencoderOptions { Network = Network.MlpAutoencoder([6], 3), Objective = Objective.Reconstruction(),
            Epochs = 1, Seed = 1 };
        ITransformer model = ml.Transforms.Text.FeaturizeText("Features", "Text")
            .Append(ml.Transforms.DisentangleAutoencoder("Code", "Features", options: options)).Fit(data);
        DisentangleModel.Save(ml, model, data.Schema, path);
        return [.. model.Transform(data).GetColumn<float[]>("Code")];
    }

    /// <summary>The embeddings that a model in a file gives, by ML.NET alone.</summary>
    public static float[][] Embeddings(string path, Row[] rows)
    {
        var ml = new MLContext();
        ITransformer model = ml.Model.Load(path, out _);
        return [.. model.Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Embedding")];
    }
}
