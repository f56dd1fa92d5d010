using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Tests;

/// <summary>A row of the small data that the tests learn from.</summary>
public sealed class Sample
{
    public const int Width = 12;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    /// <summary>Empty for a row without label.</summary>
    public string Group { get; set; } = "";

    public bool Flag { get; set; }

    public float Number { get; set; }

    /// <summary>What the label does not tell: which of four blobs the row belongs to.</summary>
    public int Blob { get; set; }
}

/// <summary>A row after the encoder.</summary>
public sealed class Encoded
{
    public float[] Embedding { get; set; } = [];
    public float[] Probabilities { get; set; } = [];
}

/// <summary>Four blobs in two groups, and encoders for them.</summary>
internal static class Samples
{
    public static readonly DisentangleEncoderOptions Options = new()
    {
        Network = Network.Mlp(hidden: [16], embedding: 5),
        Objective = Objective.CrossEntropy() + Objective.RowMargin(),
        Scaling = FeatureScaling.AsGiven,
        Epochs = 3,
        BatchSize = 32,
        LearningRate = 0.01f,
        Seed = 1,
    };

    /// <summary>The options with both optional outputs.</summary>
    public static readonly DisentangleEncoderOptions AllOutputs =
        Options with { ScoreColumnName = "Probabilities", PredictedLabelColumnName = "PredictedGroup" };

    /// <summary>Features are multiples of 1/256, so that they survive a text file.</summary>
    public static Sample[] Create(int rows = 200, int seed = 1, bool unlabelled = false)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(i => new Sample
        {
            Blob = i % 4,
            Flag = i % 4 >= 2,
            Number = i % 4 >= 2 ? 20 : 10,
            Group = unlabelled && i % 3 == 2 ? "" : i % 4 >= 2 ? "high" : "low",
            Features = [.. Enumerable.Range(0, Sample.Width)
                .Select(j => MathF.Round(256 * ((j % 4 == i % 4 ? 2 : 0) + random.NextSingle())) / 256)],
        })];
    }

    /// <summary>Group as a key, then the encoder.</summary>
    public static IEstimator<TransformerChain<DisentangleEncoderTransformer>> Pipeline(MLContext ml,
        DisentangleEncoderOptions? options = null) =>
        ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Features", labelColumnName: "Group", options ?? Options));

    /// <summary>All values of a column, comparable: vectors as arrays.</summary>
    public static T[] Column<T>(this IDataView data, string name) => [.. data.GetColumn<T>(data.Schema[name])];
}
