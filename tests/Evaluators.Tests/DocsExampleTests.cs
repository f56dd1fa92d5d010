using System.Globalization;
using System.Text.RegularExpressions;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Evaluators.Tests;

/// <summary>The examples in docs/metrics.md.</summary>
public partial class DocsExampleTests
{
    private static readonly int[] _labels = [0, 0, 0, 1, 1, 1];
    private static readonly int[] _clusters = [0, 0, 1, 1, 2, 2];
    private static readonly float[] _points = [0, 0, 0, 1, 4, 0, 4, 1];
    private static readonly int[] _two = [0, 0, 1, 1];
    private static readonly float[] _line = [0, 1, 2, 10, 11, 12];
    private static readonly NeighborGraph _graph =
        NeighborGraph.Create<float>(_line, rowCount: 6, new NeighborGraphOptions { Neighbors = 2 });

    /// <summary>The code of each example.</summary>
    private static readonly Dictionary<string, Func<double>> Code = new()
    {
        ["AdjustedMutualInformation(labels, clusters)"] = () => ClusteringMetrics.AdjustedMutualInformation(_labels, _clusters),
        ["AdjustedMutualInformation(labels, clusters, EntropyMean.Max)"] =
            () => ClusteringMetrics.AdjustedMutualInformation(_labels, _clusters, EntropyMean.Max),
        ["NormalizedMutualInformation(labels, clusters)"] = () => ClusteringMetrics.NormalizedMutualInformation(_labels, _clusters),
        ["NormalizedMutualInformation(labels, clusters, EntropyMean.Max)"] =
            () => ClusteringMetrics.NormalizedMutualInformation(_labels, _clusters, EntropyMean.Max),
        ["MutualInformation(labels, clusters)"] = () => ClusteringMetrics.MutualInformation(_labels, _clusters),
        ["Homogeneity(labels, clusters)"] = () => ClusteringMetrics.Homogeneity(_labels, _clusters),
        ["Completeness(labels, clusters)"] = () => ClusteringMetrics.Completeness(_labels, _clusters),
        ["VMeasure(labels, clusters)"] = () => ClusteringMetrics.VMeasure(_labels, _clusters),
        ["VMeasure(labels, clusters, beta: 2)"] = () => ClusteringMetrics.VMeasure(_labels, _clusters, beta: 2),
        ["VariationOfInformation(labels, clusters)"] = () => ClusteringMetrics.VariationOfInformation(_labels, _clusters),
        ["AdjustedRandIndex(labels, clusters)"] = () => ClusteringMetrics.AdjustedRandIndex(_labels, _clusters),
        ["RandIndex(labels, clusters)"] = () => ClusteringMetrics.RandIndex(_labels, _clusters),
        ["FowlkesMallows(labels, clusters)"] = () => ClusteringMetrics.FowlkesMallows(_labels, _clusters),
        ["PairPrecision(labels, clusters)"] = () => ClusteringMetrics.PairPrecision(_labels, _clusters),
        ["PairRecall(labels, clusters)"] = () => ClusteringMetrics.PairRecall(_labels, _clusters),
        ["PairF1(labels, clusters)"] = () => ClusteringMetrics.PairF1(_labels, _clusters),
        ["HungarianAccuracy(labels, clusters)"] = () => ClusteringMetrics.HungarianAccuracy(_labels, _clusters),
        ["Purity(labels, clusters)"] = () => ClusteringMetrics.Purity(_labels, _clusters),
        ["Silhouette<float>(points, two).Mean"] = () => ClusteringMetrics.Silhouette<float>(_points, _two).Mean,
        ["DaviesBouldin<float>(points, two)"] = () => ClusteringMetrics.DaviesBouldin<float>(_points, _two),
        ["CalinskiHarabasz<float>(points, two)"] = () => ClusteringMetrics.CalinskiHarabasz<float>(_points, _two),
        ["Inertia<float>(points, two)"] = () => ClusteringMetrics.Inertia<float>(_points, _two),
        ["NeighborKappa(graph, [0, 0, 0, 1, 1, 1])"] = () => ClusteringMetrics.NeighborKappa(_graph, [0, 0, 0, 1, 1, 1]),
        ["NeighborKappa(graph, [0, 0, 0, 0, 1, 1])"] = () => ClusteringMetrics.NeighborKappa(_graph, [0, 0, 0, 0, 1, 1]),
        ["NeighborModularity(graph, [0, 0, 0, 0, 1, 1])"] = () => ClusteringMetrics.NeighborModularity(_graph, [0, 0, 0, 0, 1, 1]),
        ["Stability([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2]])"] =
            () => ClusteringMetrics.Stability([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2]]),
    };

    [Fact]
    public void Every_example_has_the_value_that_the_docs_print()
    {
        string docs = File.ReadAllText(TestData.InRepository("docs", "metrics.md")).ReplaceLineEndings("\n");
        Match[] examples = Example().Matches(docs).ToArray();
        Assert.Equal(Code.Keys.Order(), examples.Select(example => example.Groups["code"].Value).Order());
        Assert.All(examples, example =>
        {
            string printed = example.Groups["value"].Value;
            string format = $"F{printed.Length - 1 - printed.LastIndexOf('.')}";
            double value = Code[example.Groups["code"].Value]();
            Assert.Equal(printed, value.ToString(printed.Contains('.') ? format : "F0", CultureInfo.InvariantCulture));
            if (!printed.Contains('.'))
                Assert.Equal(Math.Round(value), value, 6);
        });
    }

    [Fact]
    public void The_table_has_every_score()
    {
        string docs = File.ReadAllText(TestData.InRepository("docs", "metrics.md")).ReplaceLineEndings("\n");
        string rows = string.Concat(ClusteringScore.All.Select(score =>
            $"| `{score.Name}` | {score.Range} | {(score.MoreIsBetter ? "more" : "less")} | {score.Meaning} |\n"));
        Assert.Contains("|---|---|---|---|\n" + rows + "\n", docs);
    }

    [Fact]
    public void The_matching_is_the_one_that_the_docs_print() =>
        Assert.Equal(new Dictionary<int, int> { [0] = 0, [2] = 1 }, ClusteringMetrics.HungarianMatching(_labels, _clusters));

    [GeneratedRegex(@"^ClusteringMetrics\.(?<code>.+);\s+// (?<value>[0-9.]+)$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
