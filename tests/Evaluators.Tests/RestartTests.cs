using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators.Tests;

public class RestartTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void RunsDifferBySeedAndTheOneWithTheLeastInertiaIsKept()
    {
        RestartEvaluation evaluation = _ml.Clustering.EvaluateOverRestarts(
            Grid(), numberOfClusters: 7, numberOfRestarts: 6, seed: 3, configure: options => options.NumberOfThreads = 1);
        Assert.Equal(7, evaluation.NumberOfClusters);
        Assert.Equal([3, 4, 5, 6, 7, 8], evaluation.Runs.Select(run => run.Seed));
        Assert.True(evaluation.Runs.Select(run => run.Inertia).Distinct().Count() > 1);
        Assert.Equal(evaluation.Runs.Min(run => run.Inertia), evaluation.LeastInertia.Inertia);

        double[] scores = [.. evaluation.Runs.Select(run => run.Quality.AdjustedRandIndex)];
        ScoreSummary summary = evaluation.Summaries["AdjustedRandIndex"];
        Assert.Equal(scores.Average(), summary.Mean, 12);
        Assert.Equal(scores.Max(), summary.Best);
        Assert.Equal(Math.Sqrt(scores.Sum(x => Math.Pow(x - scores.Average(), 2)) / 5), summary.StandardDeviation, 12);
        Assert.Equal(evaluation.Runs.Min(run => run.Quality.VariationOfInformation), evaluation.Summaries["VariationOfInformation"].Best);
    }

    [Fact]
    public void InertiaIsThatOfTheFittedRows()
    {
        // Two far blobs: the centroids of a run are the means of the blobs.
        float[] points = [.. Enumerable.Range(0, 20).SelectMany(i => new[] { i < 10 ? i * 0.1f : 50 + i * 0.1f, 0 })];
        int[] clusters = [.. Enumerable.Range(0, 20).Select(i => i / 10)];
        IDataView data = View(points.Chunk(2).Select((point, i) => new Row { Label = clusters[i], Features = point }));
        IDataView test = View([new Row { Label = 5, Features = [0, 1] }, new Row { Label = 6, Features = [50, 1] }]);
        RestartEvaluation evaluation = _ml.Clustering.EvaluateOverRestarts(data, numberOfClusters: 2, numberOfRestarts: 3, testData: test);
        Assert.Equal(ClusteringMetrics.Inertia<float>(points, clusters), evaluation.LeastInertia.Inertia, 2);
        Assert.Equal(2, evaluation.LeastInertia.Quality.Rows);
        Assert.Equal(1, evaluation.LeastInertia.Quality.HungarianAccuracy);
    }

    [Fact]
    public void SilhouettesAreThoseOfTheClustersWhereAskedFor()
    {
        float[] points = [.. Enumerable.Range(0, 20).SelectMany(i => new[] { i < 10 ? i * 0.1f : 50 + i * 0.1f, 0 })];
        int[] clusters = [.. Enumerable.Range(0, 20).Select(i => i / 10)];
        IDataView data = View(points.Chunk(2).Select((point, i) => new Row { Label = clusters[i], Features = point }));
        RestartEvaluation evaluation =
            _ml.Clustering.EvaluateOverRestarts(data, numberOfClusters: 2, numberOfRestarts: 3, silhouette: new());
        Assert.Equal(ClusteringMetrics.Silhouette<float>(points, clusters).Mean, evaluation.LeastInertia.Quality.Silhouette!.Value, 1e-6);
        Assert.Contains(nameof(ClusteringQuality.Silhouette), evaluation.Summaries.Keys);
        Assert.Null(_ml.Clustering.EvaluateOverRestarts(data, numberOfClusters: 2, numberOfRestarts: 1).LeastInertia.Quality.Silhouette);
    }

    [Fact]
    public void SameSeedGivesTheSameScores()
    {
        double[] Inertias() => [.. _ml.Clustering.EvaluateOverRestarts(
            Grid(), numberOfClusters: 5, numberOfRestarts: 3, configure: options => options.NumberOfThreads = 1).Runs.Select(run =>
            run.Inertia)];
        Assert.Equal(Inertias(), Inertias());
    }

    [Fact]
    public void ClusterCountsAreNineTenAndElevenUnlessGiven()
    {
        ClusterCountEvaluation evaluation = _ml.Clustering.EvaluateOverClusterCounts(Grid(), numberOfRestarts: 1);
        Assert.Equal([9, 10, 11], evaluation.Evaluations.Select(e => e.NumberOfClusters));
        Assert.All(evaluation.Evaluations, e => Assert.Equal(e.NumberOfClusters, e.LeastInertia.Quality.Table.ClusterCount));
        Assert.Matches(@"AdjustedMutualInformation +\S+ +\S+ +\S+", evaluation.ToString());
        Assert.Matches(@"k = 9 +k = 10 +k = 11", evaluation.ToString());

        ClusterCountEvaluation given = _ml.Clustering.EvaluateOverClusterCounts(Grid(), clusterCounts: [4, 2], numberOfRestarts: 2);
        Assert.Equal([4, 2], given.Evaluations.Select(e => e.NumberOfClusters));
        Assert.Contains("4 clusters, 2 runs of KMeans", given.Evaluations[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.EvaluateOverRestarts(Grid(), numberOfClusters: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.EvaluateOverRestarts(Grid(), numberOfRestarts: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.EvaluateOverRestarts(Grid(), numberOfRestarts: int.MaxValue));
        Assert.Throws<ArgumentException>(() => _ml.Clustering.EvaluateOverClusterCounts(Grid(), clusterCounts: []));
        ArgumentException noLabel = Assert.Throws<ArgumentException>(() => _ml.Clustering.EvaluateOverRestarts(Grid(), "Digit"));
        Assert.Contains("'Digit'", noLabel.Message, StringComparison.Ordinal);
        ArgumentException noVector = Assert.Throws<ArgumentException>(() => _ml.Clustering.EvaluateOverRestarts(Grid(), "Label", "Label"));
        Assert.Contains("vector of Single", noVector.Message, StringComparison.Ordinal);
    }

    /// <summary>Points without clear clusters, so that runs end differently.</summary>
    private IDataView Grid()
    {
        var random = new Random(4);
        return View(Enumerable.Range(0, 300)
            .Select(i => new Row { Label = i % 5, Features = [i % 5 * 0.5f + random.NextSingle(), random.NextSingle() * 2] }));
    }

    private IDataView View(IEnumerable<Row> rows) => _ml.Data.LoadFromEnumerable(rows.ToArray());

    private sealed class Row
    {
        public int Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
