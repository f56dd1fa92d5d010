using System.Globalization;
using System.Text.RegularExpressions;
using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>The examples in docs/losses.md.</summary>
public partial class DocsExampleTests
{
    private static readonly double[][] _axes = [[1, 0], [0, 1]];

    /// <summary>The section and the printed value of each example, with its loss and inputs.</summary>
    private static readonly (string Section, string Printed, ILoss Loss, LossInputs Inputs)[] _examples =
    [
        ("Cross-entropy", "0.127", new CrossEntropyLoss(),
            new() { Labels = [1], ClassCount = 2, Embedding = [[2]], ClassWeights = [[1]], Bias = [[0]] }),
        ("Cross-entropy", "0.240", new CrossEntropyLoss(),
            new() { Labels = [0], Embedding = [[2]], ClassWeights = [[1], [0], [0]], Bias = [[0, 0, 0]] }),
        ("Neighbour contrast", "0.127", new NeighborContrastLoss(), new() { Labels = [0, 0, 0, 0], Embedding = [.. _axes, .. _axes] }),
        ("Neighbour contrast", "0.517", new NeighborContrastLoss(), new() { Labels = [0, 1, 0, 1], Embedding = [.. _axes, .. _axes] }),
        ("Row margin", "9.08", new RowMarginLoss { Margin = 5 }, new() { Labels = [0], Embedding = [[0, 0]], Weight = _axes }),
        ("Sample margin", "0.0189", new SampleMarginLoss { Margin = 0.5f }, new() { Labels = [0, 0], Embedding = _axes }),
        ("DeCov", "cost 1", new DeCovLoss(), new() { Labels = [0, 0], Embedding = [[0, 0], [2, 2]] }),
        ("DeCov", "cost is 0", new DeCovLoss(), new() { Labels = [0, 0, 0, 0], Embedding = [[0, 0], [2, 2], [0, 2], [2, 0]] }),
        ("XCov", "0.08", new XCovLoss(), new()
        {
            Labels = [0, 1], ClassCount = 2, Embedding = [[0], [2]], ClassWeights = [[Math.Log(9)]], Bias = [[-Math.Log(9)]],
        }),
        ("Soft nearest neighbour", "0.00017", OnTheLine, new() { Labels = [0, 0, 1, 1], Embedding = [[0], [1], [4], [5]] }),
        ("Soft nearest neighbour", "15.0", OnTheLine, new() { Labels = [0, 1, 0, 1], Embedding = [[0], [1], [4], [5]] }),
        ("Center", "cost ½", new CenterLoss(), new() { Labels = [0, 0], Embedding = _axes }),
        ("Categorical COREL", "0.0635", new CategoricalCorelLoss(),
            new() { Labels = [0], ClassCount = 2, Embedding = [[2]], ClassWeights = [[1], [0]] }),
        ("Cosine-COREL", "0.396", new CosineCorelLoss(),
            new() { Labels = [0], ClassCount = 2, Embedding = [[1, 1]], ClassWeights = _axes }),
        ("Gaussian-COREL", "0.0635", new GaussianCorelLoss(),
            new() { Labels = [0], ClassCount = 2, Embedding = [[0, 0]], ClassWeights = [[0, 0], [2, 0]] }),
        ("Reconstruction", "0.164", new ReconstructionLoss { Error = ReconstructionError.BinaryCrossEntropy }, new()
        {
            Labels = [-1], Embedding = [[0]], Features = [[0, 1]], Reconstruction = [[-Math.Log(4), Math.Log(9)]],
        }),
        ("Reconstruction", "0.025", new ReconstructionLoss { Error = ReconstructionError.MeanSquared },
            new() { Labels = [-1], Embedding = [[0]], Features = [[0, 1]], Reconstruction = [[0.2, 0.9]] }),
    ];

    private static SoftNearestNeighborLoss OnTheLine => new()
    {
        Distance = NeighborDistance.SquaredEuclidean, Temperature = Temperature.Fixed(1), Layers = LayerChoice.Embedding,
    };

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, _examples.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_example_has_the_value_that_the_docs_print(int number)
    {
        (string section, string printed, ILoss loss, LossInputs inputs) = _examples[number];
        string docs = File.ReadAllText(TestData.InRepository("docs", "losses.md")).ReplaceLineEndings("\n");
        string example = Examples().Matches(docs).Single(match => match.Groups["section"].Value == section).Groups["example"].Value;
        Assert.Contains(printed, example.ReplaceLineEndings(" "), StringComparison.Ordinal);

        string digits = printed.Split(' ')[^1].Replace("½", "0.5", StringComparison.Ordinal);
        int decimals = digits.Contains('.') ? digits.Length - 1 - digits.IndexOf('.') : 0;
        double value = LossRun.Of(loss, inputs).Value;
        Assert.Equal(double.Parse(digits, CultureInfo.InvariantCulture), value, decimals == 0 ? 1e-6 : 0.5001 * Math.Pow(10, -decimals));
    }

    [Fact]
    public void Every_loss_has_an_example()
    {
        string docs = File.ReadAllText(TestData.InRepository("docs", "losses.md")).ReplaceLineEndings("\n");
        Assert.Equal(
            _examples.Select(example => example.Section).Distinct(),
            Examples().Matches(docs).Select(match => match.Groups["section"].Value));
    }

    [GeneratedRegex(@"^##+ (?<section>[^\n]+)\n(?:(?!#|Example:)[^\n]*\n)*(?<example>Example:(?:.+\n)+)", RegexOptions.Multiline)]
    private static partial Regex Examples();
}
