using System.IO.Compression;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Reports.Tests;

/// <summary>Rows and options for reports.</summary>
internal static class Samples
{
    public static readonly MLContext Ml = new(seed: 1);

    /// <summary>Four trials of a weight, of which one failed; the third is the best.</summary>
    public static readonly SweepHistory Sweep = SweepHistory.FromJson("""
        { "metric": "AdjustedMutualInformation", "moreIsBetter": true, "trials": [
          { "trial": 0, "parameters": { "Weight": 10, "Margin": 5 }, "score": 0.4, "deviation": 0.05 },
          { "trial": 1, "parameters": { "Weight": 0.01, "Margin": 5 }, "score": 0.3, "deviation": 0.02 },
          { "trial": 2, "parameters": { "Weight": 1, "Margin": 5 }, "score": 0.8, "deviation": 0.1 },
          { "trial": 3, "parameters": { "Weight": 100, "Margin": 5 }, "outcome": 1, "failure": "The loss is NaN." } ] }
        """);

    /// <summary>A content of two dimensions, of which one determines the class, and a style of one.</summary>
    public static readonly LatentVarianceReport Latents = LatentVarianceReport.Of([0, 0, 0, 1, 2, 0, 2, 1], [0, 1, 1, 0], [0, 0, 1, 1]);

    /// <summary>Options for every chart that needs only the rows, the losses, a sweep and latent variances.</summary>
    public static readonly ReportOptions All = new()
    {
        MapColumnName = "Map", LabelColumnName = "Label", EmbeddingColumnName = "Embedding", EarlierEmbeddingColumnName = "Map",
        FeatureColumnNames = ["Age", "Label", "Embedding"], TextColumnName = "Label", ImageColumnName = "Embedding", ImageWidth = 2,
        Sweep = Sweep, LatentVariances = Latents,
        History = [.. Enumerable.Range(1, 4).Select(epoch => new TrainingProgress(epoch, 4, 1.0 / epoch,
            new Dictionary<string, double> { ["cross-entropy"] = epoch == 2 ? double.NaN : 1 }, TimeSpan.Zero))],
    };

    public static Row[] Rows(int count, int clusters = 3, Func<int, string>? label = null) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Row
        {
            PredictedLabel = (uint)(i % clusters + 1),
            Label = label?.Invoke(i) ?? $"class {i % clusters}",
            Age = i % 7 == 0 ? float.NaN : i,
            Map = [i % clusters + i / 1000f, i % 50 / 10f],
            Embedding = [i % clusters, i % 5 / 10f, 1, i / (float)count],
        }),
    ];

    public static IDataView View<T>(params T[] rows)
        where T : class => Ml.Data.LoadFromEnumerable(rows);

    /// <summary>The first of the digits shipped with the samples.</summary>
    public static Digit[] Digits(int count)
    {
        using Stream images = Open("mnist-10k-images-idx3-ubyte.gz", header: 16),
            labels = Open("mnist-10k-labels-idx1-ubyte.gz", header: 8);
        var digits = new Digit[count];
        byte[] pixels = new byte[28 * 28];
        for (int i = 0; i < count; i++)
        {
            images.ReadExactly(pixels);
            int label = labels.ReadByte();
            digits[i] = new() { Pixels = [.. pixels.Select(pixel => pixel / 255f)], Label = label, Group = label < 5 ? "0-4" : "5-9" };
        }
        return digits;

        static Stream Open(string name, int header)
        {
            var stream = new GZipStream(File.OpenRead(TestData.InRepository("samples", "data", name)), CompressionMode.Decompress);
            stream.ReadExactly(new byte[header]);
            return stream;
        }
    }

    internal sealed class Row
    {
        public uint PredictedLabel { get; set; }

        public string Label { get; set; } = "";

        public float Age { get; set; }

        [VectorType(2)]
        public float[] Map { get; set; } = [0, 0];

        [VectorType(4)]
        public float[] Embedding { get; set; } = [0, 0, 0, 0];
    }

    internal sealed class Digit
    {
        [VectorType(28 * 28)]
        public float[] Pixels { get; set; } = [];

        public float Label { get; set; }

        public string Group { get; set; } = "";

        [VectorType(2)]
        public float[] Map { get; set; } = [0, 0];
    }
}
