using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators.Tests;

public class ClusterCountTests
{
    private static readonly ClusterCountOptions Few = new() { ClusterCounts = [2, 3, 4, 5, 6, 7, 8], Runs = 4, Restarts = 5 };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void ClearBlobsAreCounted()
    {
        ClusterCountChoice choice = _ml.Clustering.ChooseNumberOfClusters(Blobs(rows: 400, blobs: 5), options: Few);
        Assert.Equal(Few.ClusterCounts, choice.Curve.Select(scores => scores.NumberOfClusters));
        Assert.Equal(5, choice.Suggested);
        Assert.Equal(5, choice.BestSilhouette);
        Assert.Equal(5, choice.Elbow);
        Assert.Empty(choice.AsGood);
        Assert.StartsWith("Fairly sure: 5 clusters", choice.Verdict, StringComparison.Ordinal);
        ClusterCountScores found = choice.Curve[3];
        Assert.Equal(1, found.Stability.Mean, 6);
        Assert.Equal(1, found.NeighborKappa.Mean, 6);
        Assert.Equal(0.8, found.Modularity.Mean, 6);
        Assert.Equal(0, found.Stability.StandardDeviation, 6);
        Assert.InRange(choice.Curve[^1].Stability.Mean, 0.5, 0.95);
        for (int i = 1; i < choice.Curve.Count; i++)
            Assert.True(choice.Curve[i].Inertia.Mean < choice.Curve[i - 1].Inertia.Mean);

        string[] lines = choice.ToString().Split(Environment.NewLine);
        Assert.StartsWith("400 rows; 4 clusterings for each number, each fitted to 80", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^5 +0\.8000 ± 0\.0000 +1\.0000 ± 0\.0000 .*suggested, silhouette, elbow$", lines[5]);
        Assert.Contains(choice.Verdict, lines);
    }

    [Fact]
    public void RowsWithoutClustersGiveNoSureNumber()
    {
        ClusterCountChoice choice = _ml.Clustering.ChooseNumberOfClusters(Blobs(rows: 300, blobs: 1), options: Few);
        Assert.DoesNotContain("Fairly sure", choice.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameSeedGivesTheSameCurveOnAnyNumberOfThreads()
    {
        IDataView data = Blobs(rows: 200, blobs: 3, spread: 4);
        ClusterCountOptions options = Few with { ClusterCounts = [3, 5], Seed = 3 };
        string first = _ml.Clustering.ChooseNumberOfClusters(data, options: options with { Threads = 1 }).ToString();
        Assert.Equal(first, _ml.Clustering.ChooseNumberOfClusters(data, options: options with { Threads = 3 }).ToString());
        Assert.Equal(first, _ml.Clustering.ChooseNumberOfClusters(data, options: options with { Threads = 0 }).ToString());
        Assert.NotEqual(first, _ml.Clustering.ChooseNumberOfClusters(data, options: options with { Seed = 4 }).ToString());
    }

    [Fact]
    public void TheInputSaysWhoAreNeighbours()
    {
        IDataView data = Blobs(rows: 200, blobs: 3);
        ClusterCountOptions options = Few with { ClusterCounts = [3], Neighbors = 4 };
        ClusterCountChoice own = _ml.Clustering.ChooseNumberOfClusters(data, options: options);
        Assert.Equal(1, own.Curve[0].NeighborKappa.Mean, 6);
        Assert.StartsWith("Only 3 clusters were tried", own.Verdict, StringComparison.Ordinal);
        ClusterCountChoice input = _ml.Clustering.ChooseNumberOfClusters(data, "Features", "Noise", options);
        Assert.InRange(input.Curve[0].NeighborKappa.Mean, -0.2, 0.2);
        Assert.Equal(own.Curve[0].Stability, input.Curve[0].Stability);
    }

    [Fact]
    public void ManyRowsAreSampled()
    {
        ClusterCountChoice choice = _ml.Clustering.ChooseNumberOfClusters(
            Blobs(rows: 500, blobs: 3), options: Few with { ClusterCounts = [2, 3, 4], MaximumRows = 150 });
        Assert.Equal((150, 500), (choice.Rows, choice.AllRows));
        Assert.Equal(3, choice.Suggested);
        Assert.StartsWith("a sample of 150 of 500 rows; ", choice.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheLargestNumberTriedAsksForMore()
    {
        ClusterCountChoice choice =
            _ml.Clustering.ChooseNumberOfClusters(Blobs(rows: 300, blobs: 6), options: Few with { ClusterCounts = [6, 2, 4, 2] });
        Assert.Equal([2, 4, 6], choice.Curve.Select(scores => scores.NumberOfClusters));
        Assert.Equal(6, choice.Suggested);
        Assert.EndsWith("It is the largest number tried: try larger ones.", choice.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void ClusterCountsAreEvaluatedWithoutLabelsToo()
    {
        IDataView data = Blobs(rows: 200, blobs: 3);
        ClusterCountEvaluation evaluation =
            _ml.Clustering.EvaluateOverClusterCounts(data, labelColumnName: null, clusterCounts: [2, 3, 4], numberOfRestarts: 4, seed: 2);
        Assert.Empty(evaluation.Evaluations);
        Assert.Equal(3, evaluation.Choice!.Suggested);
        Assert.Equal(evaluation.Choice.ToString(), evaluation.ToString());
        ClusterCountChoice same =
            _ml.Clustering.ChooseNumberOfClusters(data, options: new() { ClusterCounts = [2, 3, 4], Runs = 4, Seed = 2 });
        Assert.Equal(same.ToString(), evaluation.ToString());
        Assert.Contains("testData is scored", Refusal(() => _ml.Clustering.EvaluateOverClusterCounts(data, null, testData: data)));
        Assert.Null(_ml.Clustering.EvaluateOverClusterCounts(data, "Blob", clusterCounts: [3], numberOfRestarts: 1).Choice);
    }

    [Fact]
    public void AsManyClustersAsDifferentRowsAreTheMost()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row { Features = [i % 3, 2] }).ToArray());
        ClusterCountChoice choice = _ml.Clustering.ChooseNumberOfClusters(data, options: Few with { ClusterCounts = [2, 3] });
        Assert.Equal(3, choice.Suggested);
        Assert.Equal(0, choice.Curve[1].Inertia.Mean, 6);
        Assert.Contains(
            "4 clusters need at least 4 distinct rows to fit KMeans; column 'Features' has 60 rows, and a sample of 48 has only 3 "
            + "distinct rows.", Assert.Throws<InvalidDataException>(
                () => _ml.Clustering.ChooseNumberOfClusters(data, options: Few with { ClusterCounts = [2, 4] })).Message);
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        IDataView data = Blobs(rows: 30, blobs: 2);
        Assert.Contains("ClusterCounts has 0; each number must be at least 2.", Refuse(new() { ClusterCounts = [3, 0] }));
        string faults =
            Refuse(new() { ClusterCounts = [], Runs = 1, Share = 0, Restarts = 0, MaximumRows = 1, Neighbors = 0, Threads = -1 });
        foreach (string fault in new[]
            { "ClusterCounts is empty", "Runs is 1", "Share is 0", "Restarts is 0", "MaximumRows is 1", "Neighbors is 0", "Threads is -1" })
        {
            Assert.Contains(fault, faults);
        }
        Assert.Contains("Share is NaN", Refuse(new() { Share = double.NaN }));
        Assert.Contains("SampleSize is 1", Refuse(new() { Silhouette = new() { SampleSize = 1 } }));
        Assert.Contains(
            "40 clusters need at least 40 distinct rows to fit KMeans; column 'Features' has 30 rows, and a sample of 24 has only 24 "
            + "distinct rows.", Assert.Throws<InvalidDataException>(() => _ml.Clustering.ChooseNumberOfClusters(data,
                options: new() { ClusterCounts = [40] })).Message);
        Assert.Contains("40 neighbours per row need at least 41 rows", Refuse(new() { ClusterCounts = [2], Neighbors = 40 }));
        Assert.Contains("no column 'Nowhere'", Refusal(() => _ml.Clustering.ChooseNumberOfClusters(data, "Nowhere")));
        Assert.Contains("no column 'Nowhere'", Refusal(() => _ml.Clustering.ChooseNumberOfClusters(data, "Features", "Nowhere")));
        IDataView wrong =
            _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row { Features = [i == 7 ? float.NaN : i, 2] }).ToArray());
        Assert.Contains("is NaN in row 7",
            Assert.Throws<InvalidDataException>(() => _ml.Clustering.ChooseNumberOfClusters(wrong)).Message);

        string Refuse(ClusterCountOptions options) => Refusal(() => _ml.Clustering.ChooseNumberOfClusters(data, options: options));
    }

    private static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message;

    /// <summary>Blobs on a circle, far apart unless they spread.</summary>
    private IDataView Blobs(int rows, int blobs, float spread = 1)
    {
        var random = new Random(6);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(i => new Row
        {
            Blob = i % blobs,
            Features =
            [
                8 * MathF.Cos(MathF.Tau * (i % blobs) / blobs) + spread * random.NextSingle(),
                8 * MathF.Sin(MathF.Tau * (i % blobs) / blobs) + spread * random.NextSingle(),
            ],
            Noise = [random.NextSingle(), random.NextSingle()],
        }).ToArray());
    }

    private sealed class Row
    {
        public int Blob { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [VectorType(2)]
        public float[] Noise { get; set; } = [];
    }
}
