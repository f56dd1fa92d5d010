using System.Globalization;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.TorchSharp.Tests;

/// <summary>A small pipeline with an encoder.</summary>
internal static class TestModel
{
    public static IEnumerable<Row> Rows()
    {
        var random = new Random(1);
        for (int i = 0; i < 40; i++)
        {
            float[] features = [.. Enumerable.Range(0, 6).Select(j => random.NextSingle() + (j % 2 == i % 2 ? 1 : 0))];
            yield return new Row { Group = $"{i % 2}", Features = features };
        }
    }

    public static IEstimator<ITransformer> Pipeline(MLContext ml, Device device) => ml.Transforms.Conversion.MapValueToKey("Group")
        .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", labelColumnName: "Group", new DisentangleEncoderOptions
        {
            Network = Network.Mlp([8], 3), Epochs = 3, BatchSize = 16, Seed = 1, Device = device,
        }));

    public static float[][] Embeddings(MLContext ml, ITransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float[]>("Embedding")];

    public static string Text(float[][] embeddings) =>
        string.Join(' ', embeddings.SelectMany(row => row).Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    internal sealed class Row
    {
        public string Group { get; set; } = "";

        [VectorType(6)]
        public float[] Features { get; set; } = [];
    }
}
