using System.Text.RegularExpressions;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>The example of docs/jade.md: few dark digits, 14 x 14 in two channels, and many as they are written, 28 x 28.</summary>
public partial class JointDigitsTests
{
    private const int Many = 500;
    private const int Few = 100;
    private const int Test = 300;

    [Fact]
    public void The_code_of_the_docs_is_the_code_tested_here()
    {
        string docs = File.ReadAllText(TestData.InRepository("docs", "jade.md"));
        string source = Normalize(File.ReadAllText(TestData.InRepository("tests", "Transforms.Tests", "JointDigitsTests.cs")));
        string[] blocks = [.. CodeBlock().Matches(docs).Select(match => Normalize(match.Groups[1].Value))];
        Assert.Equal(3, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, source));
    }

    [Fact]
    public void Digits_of_two_kinds_are_learned_together()
    {
        var ml = new MLContext(seed: 1);
        Handwritten[] all = [.. ml.Data.CreateEnumerable<Handwritten>(ml.Data.LoadFromIdx(
            TestData.InRepository("samples", "data", "mnist-10k-images-idx3-ubyte.gz"),
            TestData.InRepository("samples", "data", "mnist-10k-labels-idx1-ubyte.gz")),
            reuseRowObject: false, ignoreMissingColumns: true).Take(Many + Few + Test)];
        IDataView handwritten = ml.Data.LoadFromEnumerable(all[..Many]);
        IDataView few = ml.Data.LoadFromEnumerable(all[Many..^Test].Select(Dark)),
            test = ml.Data.LoadFromEnumerable(all[^Test..].Select(Dark));

        IDataView many = ml.Transforms.Conversion.MapValueToKey("Label").Fit(handwritten).Transform(handwritten);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.JointAutoencoder("Content", "Pixels", "Label", auxiliary: many, new JointAutoencoderOptions
            {
                Primary = new()
                {
                    Image = new(14, 14, 2),
                    Convolutions = [new(12, Pool: 2), new(12, Pool: 2)],
                    Initialization = WeightInitialization.He,
                },
                Auxiliary = new()
                {
                    Image = new(28, 28),
                    Convolutions = [new(8, Pool: 2), new(12, Pool: 2), new(12, Pool: 2)],
                },
                AuxiliaryClassificationWeight = 1000,
                ClassifierHidden = [128],
                ClassifierDropout = 0.2f,
                Epochs = 10,
                BatchSize = 20,
                LearningRate = 3e-3f,
                StyleColumnName = "Style",
                PredictedLabelColumnName = "PredictedLabel",
                Seed = 1,
            }));
        var model = pipeline.Fit(few);
        IDataView scored = model.Transform(test);

        JointAutoencoderTransformer joint = model.LastTransformer;
        IDataView codesOfMany = joint.Auxiliary.Transform(many);
        Console.WriteLine(LatentVarianceReport.Of(codesOfMany));

        float[][] digits = [.. many.GetColumn<float[]>("Pixels").Take(10)];
        var rows = new RowBatch(joint.Model.Input(JointSide.Auxiliary));
        foreach (float[] digit in digits)
            rows.Add(digit);
        int styleSize = joint.Model.StyleSize(JointSide.Auxiliary);
        var (contents, styles) = (new float[10 * joint.Model.ContentSize], new float[10 * styleSize]);
        using var session = new JointEncoderSession(joint.Model, JointSide.Auxiliary);
        session.Encode(rows, contents, styles: styles);
        float[] first = [.. Enumerable.Repeat(styles[..styleSize], 10).SelectMany(style => style)];
        var swapped = new float[10 * 784];
        session.Decode(contents, first, swapped);

        // The first has its own style.
        var image = new float[10 * 784];
        session.Encode(rows, contents, reconstructions: image);
        Assert.Equal(image[..784], swapped[..784]);
        Assert.NotEqual(image[784..], swapped[784..]);

        // Chance is right about a tenth. The keys of the many are numbered in another order than the predicted ones, which are those of the
        // few.
        double Accuracy(IDataView view)
        {
            var toValues = ml.Transforms.Conversion.MapKeyToValue("Label").Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
            IDataView values = toValues.Fit(view).Transform(view);
            return values.Column<float>("Label").Zip(values.Column<float>("PredictedLabel"))
                .Average(pair => pair.First == pair.Second ? 1.0 : 0);
        }
        Assert.True(Accuracy(scored) > 0.55, $"Of the dark digits {Accuracy(scored)} are right.");
        Assert.True(Accuracy(codesOfMany) > 0.75, $"Of the handwritten digits {Accuracy(codesOfMany)} are right.");
        LatentVarianceReport report = LatentVarianceReport.Of(codesOfMany);
        Assert.True(report.Share(Latent.Content) < 0.7 * report.Share(Latent.Style), report.ToString());
    }

    /// <summary>The negative, halved in size; the second channel is dimmer.</summary>
    private static DarkDigit Dark(Handwritten digit)
    {
        var pixels = new float[14 * 14 * 2];
        for (int i = 0; i < 14 * 14; i++)
        {
            int corner = i / 14 * 2 * 28 + i % 14 * 2;
            float mean = (digit.Pixels[corner] + digit.Pixels[corner + 1] + digit.Pixels[corner + 28] + digit.Pixels[corner + 29]) / 4;
            (pixels[2 * i], pixels[2 * i + 1]) = (1 - mean, 0.5f * (1 - mean));
        }
        return new DarkDigit { Pixels = pixels, Label = digit.Label };
    }

    /// <summary>Without indentation, which differs.</summary>
    private static string Normalize(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    private sealed class Handwritten
    {
        [VectorType(784)]
        public float[] Pixels { get; set; } = [];
        public float Label { get; set; }
    }

    private sealed class DarkDigit
    {
        [VectorType(14 * 14 * 2)]
        public float[] Pixels { get; set; } = [];
        public float Label { get; set; }
    }
}
