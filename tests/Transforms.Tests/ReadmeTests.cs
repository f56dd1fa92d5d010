#nullable disable warnings // The README shows the class without annotations.
using System.Globalization;
using System.Text.RegularExpressions;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms.Tests;

public partial class ReadmeTests
{
    [Fact]
    public void The_code_of_the_README_is_the_code_below()
    {
        string readme = File.ReadAllText(TestData.InRepository("README.md"));
        string source = File.ReadAllText(TestData.InRepository("tests", "Transforms.Tests", "ReadmeTests.cs"));
        string[] blocks = [.. CodeBlock().Matches(readme).Select(match => Normalize(match.Groups[1].Value))];

        Assert.Equal(2, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, Normalize(source)));
    }

    [Fact]
    public void The_code_of_the_README_runs()
    {
        Write("digits.csv", rows: 300, seed: 1);
        Write("digits-test.csv", rows: 100, seed: 2);

        var ml = new MLContext(seed: 1);
        IDataView digits = ml.Data.LoadFromTextFile<Digit>("digits.csv", separatorChar: ',');
        IDataView test = ml.Data.LoadFromTextFile<Digit>("digits-test.csv", separatorChar: ',');

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Group")
            .Append(ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group", new DisentangleEncoderOptions
            {
                Network = Network.Mlp(hidden: [256], embedding: 32),
                Objective = Objective.CrossEntropy() + Objective.RowMargin(weight: 0.3f, margin: 5),
                Epochs = 20,
            }))
            .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 10));

        ITransformer model = pipeline.Fit(digits);
        var quality = ml.Clustering.EvaluateAgainstLabels(model.Transform(test), labelColumnName: "Label");
        Console.WriteLine(quality);                                     // AMI, ARI, NMI, Hungarian accuracy, ... and the contingency table
        ml.Model.Save(model, digits.Schema, "model.zip");               // later, elsewhere: ml.Model.Load and a PredictionEngine, no registration

        Assert.True(quality.HungarianAccuracy > 0.3, quality.ToString());
        Assert.Equal(model.Transform(test).Column<uint>("PredictedLabel"), new MLContext().Model.Load("model.zip", out _).Transform(test).Column<uint>("PredictedLabel"));
    }

    public class Digit
    {
        [LoadColumn(0)] public float Label { get; set; }            // the digit; only judges the clusters
        [LoadColumn(1)] public string Group { get; set; }           // "0-4" or "5-9": all that training is told
        [LoadColumn(2, 785), VectorType(784)] public float[] Pixels { get; set; }
    }

    /// <summary>Digits of a kind: each is a bar at a place of its own, with noise.</summary>
    private static void Write(string path, int rows, int seed)
    {
        var random = new Random(seed);
        File.WriteAllLines(path, Enumerable.Range(0, rows).Select(i =>
        {
            int digit = i % 10;
            var pixels = Enumerable.Range(0, 784).Select(j => (j / 78 == digit ? 0.8 : 0) + 0.2 * random.NextDouble());
            return $"{digit},{(digit < 5 ? "0-4" : "5-9")},{string.Join(',', pixels.Select(pixel => pixel.ToString("F3", CultureInfo.InvariantCulture)))}";
        }));
    }

    /// <summary>Without indentation, which differs.</summary>
    private static string Normalize(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
