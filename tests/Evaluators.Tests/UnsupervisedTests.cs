using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators.Tests;

public class UnsupervisedTests
{
    private const uint MissingKey = 99;

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void SilhouettePicksTightLumpsAndTheUnsupervisedScoresPickTheGroups()
    {
        // Eight groups in two coarse classes. Of three ways to embed them, one finds the groups, blurred; one collapses the classes into
        // tight lumps that are others for each seed; one finds groups across the classes.
        const int Rows = 400, Groups = 8, Seeds = 3;
        var random = new Random(7);
        int[] groups = [.. Enumerable.Range(0, Rows).Select(row => row % Groups)];
        int[] classes = [.. groups.Select(group => group / 4)];
        double[] input =
            [.. groups.SelectMany(group => Enumerable.Range(0, Groups).Select(f => (f == group ? 5 : 0) + 2 * random.NextDouble()))];
        NeighborGraph graph = NeighborGraph.Create<double>(input, Rows);
        string[] names = ["blurred groups", "tight lumps", "mixed"];
        var truth = new Dictionary<string, double>();
        var silhouette = new Dictionary<string, double>();
        var scores = new Dictionary<string, UnsupervisedEvaluation>();
        foreach (string name in names)
        {
            int[][] clusterings = [.. Enumerable.Range(0, Seeds).Select(_ => groups.Select((group, row) => name switch
            {
                "blurred groups" => random.NextDouble() < 0.1 ? 4 * classes[row] + random.Next(4) : group,
                "tight lumps" => 4 * classes[row] + random.Next(4),
                _ => random.NextDouble() < 0.5 ? random.Next(Groups) : group,
            }).ToArray())];
            double width = name == "tight lumps" ? 0.05 : 1.5;
            double[] embedding = [.. clusterings[0].SelectMany(cluster => new[] { cluster / 4 * 8 + width * random.NextDouble(),
                2 * (cluster % 4) + width * random.NextDouble() })];
            truth[name] = clusterings.Average(clusters => ClusteringMetrics.AdjustedMutualInformation(groups, clusters));
            silhouette[name] = ClusteringMetrics.Silhouette<double>(embedding, clusterings[0]).Mean;
            scores[name] = UnsupervisedEvaluation.Create(clusterings, classes, graph);
        }
        Assert.Equal("blurred groups", names.MaxBy(name => truth[name]));
        Assert.Equal("tight lumps", names.MaxBy(name => silhouette[name]));
        foreach (UnsupervisedScore score in UnsupervisedScore.All.Where(score => score.Name != nameof(UnsupervisedQuality.CoarsePurity)))
            Assert.Equal("blurred groups", names.MaxBy(name => scores[name].Summaries[score.Name].Mean));
        // A perfect purity chooses nothing.
        Assert.Equal(1, scores["tight lumps"].Summaries[nameof(UnsupervisedQuality.CoarsePurity)].Mean);
    }

    [Fact]
    public void ProductsAreThoseOfTheirFactorsForEachClustering()
    {
        UnsupervisedEvaluation evaluation = UnsupervisedEvaluation.Create(
            [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2], [5, 4, 5, 4, 5, 4]], [0, 0, 0, 1, 1, 1],
            NeighborGraph.Create<float>([0, 1, 3, 4, 6, 7], 6, new() { Neighbors = 2 }));
        foreach (UnsupervisedQuality quality in evaluation.Clusterings)
        {
            Assert.Equal(quality.Stability * quality.CoarsePurity, quality.StabilityTimesPurity);
            Assert.Equal(quality.NeighborKappaWithin * quality.CoarsePurity, quality.KappaWithinTimesPurity);
            Assert.Equal(quality.Stability * quality.NeighborKappaWithin, quality.StabilityTimesKappa);
            Assert.False(quality.RepeatsClasses);
        }
        // Each with the two others.
        double Agreement(int i, int j) => ClusteringMetrics.AdjustedMutualInformation(Clusterings[i], Clusterings[j]);
        Assert.Equal((Agreement(0, 1) + Agreement(0, 2)) / 2, evaluation.Clusterings[0].Stability!.Value, 12);
        Assert.Equal((Agreement(0, 2) + Agreement(1, 2)) / 2, evaluation.Clusterings[2].Stability!.Value, 12);
        Assert.Equal(5 / 6.0, evaluation.Clusterings[0].CoarsePurity!.Value, 12);
        ScoreSummary summary = evaluation.Summaries[nameof(UnsupervisedQuality.StabilityTimesPurity)];
        Assert.Equal(evaluation.Clusterings.Average(quality => quality.StabilityTimesPurity!.Value), summary.Mean, 12);
        Assert.Equal(UnsupervisedScore.All.Select(score => score.Name).Order(), evaluation.Summaries.Keys.Order());
        Assert.Matches(@"StabilityTimesPurity +\S+ +\S+ +\S+", evaluation.ToString());
        Assert.StartsWith("6 rows, 3 clusterings; ", evaluation.ToString(), StringComparison.Ordinal);
    }

    private static readonly int[][] Clusterings = [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 2], [5, 4, 5, 4, 5, 4]];

    [Fact]
    public void ScoresWhoseNeedsAreMissingAreNull()
    {
        foreach (UnsupervisedScore score in UnsupervisedScore.All)
        {
            for (var given = UnsupervisedNeeds.None; (int)given < 8; given++)
            {
                UnsupervisedEvaluation evaluation = UnsupervisedEvaluation.Create(
                    given.HasFlag(UnsupervisedNeeds.OtherClusterings) ? Clusterings : Clusterings[..1],
                    given.HasFlag(UnsupervisedNeeds.CoarseClasses) ? [0, 0, 0, 1, 1, 1] : [],
                    given.HasFlag(UnsupervisedNeeds.Neighbors) ? NeighborGraph.Create<float>([0, 1, 3, 4, 6, 7], 6, new() { Neighbors = 2 })
                        : null);
                Assert.Equal(given.HasFlag(score.Needs), score.Value(evaluation.Clusterings[0]) is not null);
                Assert.Equal(given.HasFlag(score.Needs), evaluation.Summaries.ContainsKey(score.Name));
            }
            Assert.Same(score, UnsupervisedScore.Named(score.Name));
        }
        Assert.Contains("the scores are KappaWithinTimesPurity",
            Assert.Throws<ArgumentException>(() => UnsupervisedScore.Named("AMI")).Message);
    }

    [Fact]
    public void RowsWithoutLabelDoNotCountForPurityAndKappaWithin()
    {
        NeighborGraph graph = NeighborGraph.Create<float>([0, 1, 3, 4, 6, 7], 6, new() { Neighbors = 1 });
        UnsupervisedQuality quality = UnsupervisedEvaluation.Create([[0, 0, 1, 2, 3, 4]], [0, 0, 0, 0, -1, -1], graph).Clusterings[0];
        Assert.Equal(1, quality.CoarsePurity);
        // Pairs 0-1 together and 2-3 apart: a = 1/2; e = (4 + 1 + 1) / 16.
        Assert.Equal((0.5 - 0.375) / 0.625, quality.NeighborKappaWithin!.Value, 12);
    }

    [Fact]
    public void DataViewsGiveTheScoresOfTheirColumns()
    {
        Row[] rows = [.. Enumerable.Range(0, 40).Select(i => new Row
        {
            Group = i % 9 == 4 ? "" : i % 4 < 2 ? "a" : "b",
            Cluster = i == 3 ? MissingKey : (uint)(i % 4),
            Features = [i % 4 * 3 + i / 40f, i % 4],
        })];
        Row[] others = [.. rows.Select((row, i) => new Row { Cluster = i == 7 ? MissingKey : (uint)(i % 5 == 0 ? 3 : i % 4),
            Features = row.Features, Group = "a" })];
        UnsupervisedEvaluation evaluation = _ml.Clustering.EvaluateWithoutLabels(
            [View(rows), View(others)], "Group", "Features", nameof(Row.Cluster), new() { Neighbors = 5 });

        int[] kept = [.. Enumerable.Range(0, 40).Where(i => i is not (3 or 7))];
        UnsupervisedEvaluation expected = UnsupervisedEvaluation.Create(
            [[.. kept.Select(i => (int)rows[i].Cluster)], [.. kept.Select(i => (int)others[i].Cluster)]],
            [.. kept.Select(i => rows[i].Group.Length == 0 ? -1 : rows[i].Group[0] - 'a')],
            NeighborGraph.Create<float>([.. kept.SelectMany(i => rows[i].Features)], kept.Length, new() { Neighbors = 5 }));
        Assert.Equal(38, evaluation.Rows);
        Assert.Equal(2, evaluation.RowsWithoutCluster);
        Assert.Equal(expected.Summaries.Keys, evaluation.Summaries.Keys);
        foreach (string name in expected.Summaries.Keys)
            Assert.Equal(expected.Summaries[name].Mean, evaluation.Summaries[name].Mean, 12);
        Assert.StartsWith("38 rows, 2 clusterings; 2 without a cluster left out; ", evaluation.ToString(), StringComparison.Ordinal);

        UnsupervisedEvaluation alone =
            _ml.Clustering.EvaluateWithoutLabels([View(rows), View(others)], clusterColumnName: nameof(Row.Cluster));
        Assert.Equal(["Stability"], alone.Summaries.Keys);
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        Row[] rows = [.. Enumerable.Range(0, 20).Select(i => new Row { Cluster = (uint)(i % 2), Features = [i, 1], Group = "" })];
        IDataView data = View(rows);
        Assert.Contains("clusterings is empty", Refusal(() => _ml.Clustering.EvaluateWithoutLabels([])));
        Assert.Contains("A clustering is null", Refusal(() => _ml.Clustering.EvaluateWithoutLabels([data, null!])));
        Assert.Contains("no column 'PredictedLabel'", Refusal(() => _ml.Clustering.EvaluateWithoutLabels([data])));
        Assert.Contains("Clustering 1 (from 0) has 10 rows, but the first has 20",
            Refusal(() => _ml.Clustering.EvaluateWithoutLabels([data, View(rows[..10])], clusterColumnName: nameof(Row.Cluster))));
        Assert.Contains("Column 'Group' is missing in all rows",
            Assert.Throws<InvalidDataException>(
                () => _ml.Clustering.EvaluateWithoutLabels([data], "Group", clusterColumnName: nameof(Row.Cluster))).Message);
        Assert.Contains("vector of Single",
            Refusal(() => _ml.Clustering.EvaluateWithoutLabels([data], null, nameof(Row.Cluster), nameof(Row.Cluster))));
        Assert.Contains("30 neighbours per row need at least 31 rows; there are 20",
            Refusal(() => _ml.Clustering.EvaluateWithoutLabels([data], null, "Features", nameof(Row.Cluster), new() { Neighbors = 30 })));
        Row[] missing = [.. rows.Select(_ => new Row { Cluster = MissingKey, Features = [0, 0] })];
        Assert.Contains("No row has a cluster", Assert.Throws<InvalidDataException>(
            () => _ml.Clustering.EvaluateWithoutLabels([View(missing)], clusterColumnName: nameof(Row.Cluster))).Message);

        Assert.Contains("clusterings is empty", Refusal(() => UnsupervisedEvaluation.Create([])));
        Assert.Contains("clusterings is empty", Refusal(() => UnsupervisedEvaluation.Create([[]])));
        Assert.Contains("Clustering 1 (from 0) has 1 rows", Refusal(() => UnsupervisedEvaluation.Create([[1, 2], [1]])));
        Assert.Contains("There are 1 coarse classes for 2 rows", Refusal(() => UnsupervisedEvaluation.Create([[1, 2]], [0])));
        Assert.Contains("No row has a", Refusal(() => UnsupervisedEvaluation.Create([[1, 2]], [-1, -1])));
    }

    private static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message;

    private IDataView View(Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private sealed class Row
    {
        public string Group { get; set; } = "";

        [KeyType(10)]
        public uint Cluster { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
