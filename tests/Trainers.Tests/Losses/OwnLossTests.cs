using System.Text.RegularExpressions;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>The loss that docs/losses.md shows how to write.</summary>
public partial class OwnLossTests
{
    [Fact]
    public void The_code_of_the_docs_is_the_code_tested_here()
    {
        string docs = File.ReadAllText(TestData.InRepository("docs", "losses.md"));
        string source = File.ReadAllText(TestData.InRepository("samples", "CustomLoss", "RingLoss.cs"))
            + File.ReadAllText(TestData.InRepository("tests", "Trainers.Tests", "Losses", "OwnLossTests.cs"));
        string[] blocks = [.. CodeBlock().Matches(docs).Select(match => Normalize(match.Groups[1].Value))];

        Assert.Equal(2, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, Normalize(source)));
    }

    [Fact]
    public void Agrees_with_plain_loops_in_value_and_gradient()
    {
        var loss = new RingLoss { Radius = 1.5f };
        LossInputs inputs = LossInputs.Random(loss, [0, 1, -1, 2]);
        LossRun.Of(loss, inputs)
            .AssertAgrees(inputs, point => point.Embedding.Average(h => Math.Pow(Math.Sqrt(PlainLosses.Dot(h, h)) - 1.5, 2)));
    }

    [Fact]
    public void Is_trained_with()
    {
        Objective objective = Objective.CrossEntropy() + 0.1f * new Objective(new RingLoss { Radius = 3 });

        var options = new TestOptions { Objective = objective, Epochs = 10, BatchSize = 16, LearningRate = 0.01f, Seed = 1, Threads = 1 };
        IReadOnlyList<TrainingProgress> history =
            EncoderTrainer.Train(new TrainingData(TestRows.Blobs(64), 8, 2), options, seed: 0).History;
        Assert.True(history[^1].Terms["ring"] < 0.5 * history[0].Terms["ring"]);
        Assert.Contains("radius of the ring loss is 0", Assert.Single(new Objective(new RingLoss { Radius = 0 }).Faults()));
    }

    /// <summary>Without indentation, which differs.</summary>
    private static string Normalize(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
