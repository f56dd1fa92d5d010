using System.Globalization;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>
/// tests/reference/model-1.zip was saved when docs/model-format.md was written, with every kind of step that a model can have; what it
/// gave then is in model-1.txt. It must load for ever. DISENTANGLE_WRITE_MODEL writes both anew, for a new format beside the old.
/// </summary>
public sealed class ModelFormatTests
{
    private static string At(string ending) => TestData.InRepository("tests", "reference", $"model-1.{ending}");

    [Fact]
    public void Model_of_format_1_gives_what_it_gave()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Row(i)));
        if (Environment.GetEnvironmentVariable("DISENTANGLE_WRITE_MODEL") is not null)
        {
            TransformerChain<GaussianMixtureTransformer> fitted = Pipeline(ml).Fit(data);
            DisentangleModel.Save(ml, fitted, data.Schema, At("zip"));
            File.WriteAllLines(At("txt"), Lines(fitted.Transform(data)));
        }

        string[] expected = File.ReadAllLines(At("txt"));
        ITransformer loaded = ml.Model.Load(At("zip"), out DataViewSchema schema);
        Assert.Equal(data.Schema.Select(column => column.Name), schema.Select(column => column.Name));
        DisentangleModel opened = DisentangleModel.Load(ml, At("zip"), out _);
        Assert.Equal(["DisentangleEncoderTransformer", "DisentangleAutoencoderTransformer", "GaussianMixtureTransformer"],
            opened.Transformers.Select(transformer => transformer.GetType().Name));
        AssertClose(expected, Lines(loaded.Transform(data)));
        AssertClose(expected, Lines(opened.Transformer.Transform(data)));
    }

    /// <summary>
    /// tests/reference/model-0.zip was saved before strokes had contract 2 and texts were converted, by the same steps as here; what they
    /// gave is in model-0.txt.
    /// </summary>
    [Fact]
    public void Steps_for_texts_and_strokes_of_older_models_give_what_they_gave()
    {
        var ml = new MLContext();
        ITransformer loaded = ml.Model.Load(TestData.InRepository("tests", "reference", "model-0.zip"), out _);
        IDataView scored = loaded.Transform(ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Row(i))));
        float[][][] values = [.. new[] { "Mean", "Sequence", "Numbers", "Strokes" }.Select(name => scored.Column<float[]>(name))];
        Assert.Equal(File.ReadAllLines(TestData.InRepository("tests", "reference", "model-0.txt")), Enumerable.Range(0, 20).Select(row =>
            string.Join(' ', values.SelectMany(column => column[row]).Select(value => value.ToString("R", CultureInfo.InvariantCulture)))));
    }

    private static EstimatorChain<GaussianMixtureTransformer> Pipeline(MLContext ml)
    {
        var vectors = WordVectors.Create(Enumerable.Range(0, 8).Select(i => KeyValuePair.Create($"w{i}", new float[] { i, -i, 1 })));
        return ml.Transforms.Text.NormalizeWords("Words", "Text")
            .Append(ml.Transforms.Text.MeanWordVectors("Mean", "Words", vectors))
            .Append(ml.Transforms.Text.WordVectorSequence("Sequence", "Words", vectors, maximumWords: 2))
            .Append(ml.Transforms.StrokeSequences("Strokes", "Image", width: 3, height: 3))
            .Append(ml.Transforms.Conversion.MapValueToKey("Key", "Class"))
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Sequence", "Key", new()
            {
                Network = Network.TextCnn(wordSize: 3, embedding: 4) with { Filters = 4, Widths = [1, 2] },
                ScoreColumnName = "Score1",
                PredictedLabelColumnName = "Predicted",
                Epochs = 2,
                Seed = 1,
            }))
            .Append(ml.Transforms.DisentangleAutoencoder("Code", "Mean", options: new()
            {
                Network = Network.MlpAutoencoder([4], 2),
                Objective = Objective.Reconstruction(ReconstructionError.MeanSquared),
                ReconstructionColumnName = "Reconstruction",
                Epochs = 2,
                Seed = 1,
            }))
            .Append(ml.Clustering.Trainers.GaussianMixture(new GaussianMixtureOptions
            {
                FeatureColumnName = "Mean", NumberOfComponents = 2, CovarianceType = CovarianceType.Diagonal, Seed = 1,
                    LogDensityColumnName = "LogDensity",
            }));
    }

    /// <summary>All values of a row in a line.</summary>
    private static string[] Lines(IDataView scored)
    {
        string[] vectors = ["Mean", "Strokes", "Embedding", "Score1", "Code", "Reconstruction", "Score"];
        float[][][] values = [.. vectors.Select(name => scored.Column<float[]>(name)),
            [.. scored.Column<float>("LogDensity").Select(value => new[] { value })]];
        uint[] predicted = scored.Column<uint>("Predicted"), clusters = scored.Column<uint>("PredictedLabel");
        return [.. predicted.Select((label, row) => string.Join(' ',
            [label.ToString(CultureInfo.InvariantCulture), clusters[row].ToString(CultureInfo.InvariantCulture),
             .. values.SelectMany(column => column[row]).Select(value => value.ToString("R", CultureInfo.InvariantCulture))]))];
    }

    // Other processors round otherwise.
    private static void AssertClose(string[] expected, string[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach ((string was, string now) in expected.Zip(actual))
        {
            double[] before = Numbers(was), after = Numbers(now);
            Assert.Equal(before.Length, after.Length);
            Assert.All(before.Zip(after),
                pair => Assert.InRange(pair.Second, pair.First - 1e-3 - 1e-4 * Math.Abs(pair.First),
                    pair.First + 1e-3 + 1e-4 * Math.Abs(pair.First)));
        }

        static double[] Numbers(string line) => [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    private sealed class Row(int number)
    {
        public string Text { get; set; } = $"w{number % 8} and w{number * 3 % 8}, w{number % 5}";

        [VectorType(9)]
        public float[] Image { get; set; } = [.. Enumerable.Range(0, 9).Select(i => (number + i) % 3 == 0 ? 1f : 0)];

        public string Class { get; set; } = number % 8 < 4 ? "low" : "high";
    }
}
