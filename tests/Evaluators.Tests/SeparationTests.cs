using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Evaluators.Tests;

public class SeparationTests
{
    private const double Relative = 1e-6;

    public static IEnumerable<object[]> PointCases => Reference.Numbers("pointCases");

    [Theory]
    [MemberData(nameof(PointCases))]
    public void EveryScoreAgreesWithScikitLearn(int number)
    {
        JsonElement sample = Reference.Cases("pointCases")[number];
        float[] points = [.. sample.Points("points").Select(x => (float)x)];
        int[] clusters = sample.Integers("clusters");
        SilhouetteScores silhouette = ClusteringMetrics.Silhouette<float>(points, clusters);
        AgreeEach(sample.Reals("silhouette"), silhouette);
        Reference.Agree(sample.Real("silhouetteMean"), silhouette.Mean, Relative, "silhouette");
        AgreeEach(sample.Reals("silhouetteCosine"),
            ClusteringMetrics.Silhouette<float>(points, clusters, new() { Distance = SilhouetteDistance.Cosine }));
        Reference.Agree(sample.Real("daviesBouldin"), ClusteringMetrics.DaviesBouldin<float>(points, clusters), Relative, "Davies-Bouldin");
        Reference.Agree(sample.Real("calinskiHarabasz"), ClusteringMetrics.CalinskiHarabasz<float>(points, clusters), Relative,
            "Calinski-Harabasz");
        Reference.Agree(sample.Real("inertia"), ClusteringMetrics.Inertia<float>(points, clusters), Relative, "inertia");
    }

    [Fact]
    public void MoreThan20000RowsAreScoredByASampleUnlessAllAreAskedFor()
    {
        const int rows = 20_001;
        float[] points = [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? i * 1e-5f : 1 + i * 1e-5f)];
        int[] clusters = [.. Enumerable.Range(0, rows).Select(i => i % 2)];
        SilhouetteScores sampled = ClusteringMetrics.Silhouette<float>(points, clusters);
        Assert.Equal(20_000, sampled.Rows.Count);
        Assert.Equal(sampled.Rows, ClusteringMetrics.Silhouette<float>(points, clusters).Rows);
        Assert.Equal(20_000, ClusteringMetrics.Silhouette<float>(points[..20_000], clusters[..20_000]).Rows.Count);
        SilhouetteScores all = ClusteringMetrics.Silhouette<float>(points, clusters, new() { SampleSize = int.MaxValue });
        Assert.Equal(rows, all.Rows.Count);
        Assert.Equal(all.Mean, sampled.Mean, 1e-4);
    }

    [Fact]
    public void EveryScoreAgreesWithTheOracles()
    {
        JsonElement[] cases =
            [.. Reference.Read(TestData.Development("oracles", "clustering-metrics.json")).GetProperty("unsupervised").EnumerateArray()];
        Assert.NotEmpty(cases);
        foreach (JsonElement sample in cases)
        {
            double[] points = sample.Points("X");
            int[] clusters = sample.Integers("labels");
            SilhouetteScores silhouette = ClusteringMetrics.Silhouette<double>(points, clusters);
            AgreeEach(sample.Reals("silhouette_samples"), silhouette);
            Reference.Agree(sample.Real("silhouette"), silhouette.Mean, Relative, "silhouette");
            double cosine = ClusteringMetrics.Silhouette<double>(points, clusters, new() { Distance = SilhouetteDistance.Cosine }).Mean;
            Reference.Agree(sample.Real("silhouette_cosine"), cosine, Relative, "silhouette, cosine");
            Reference.Agree(sample.Real("davies_bouldin"), ClusteringMetrics.DaviesBouldin<double>(points, clusters), Relative,
                "Davies-Bouldin");
            Reference.Agree(sample.Real("calinski_harabasz"), ClusteringMetrics.CalinskiHarabasz<double>(points, clusters), Relative,
                "Calinski-Harabasz");
        }
    }

    [Theory]
    [InlineData(SilhouetteDistance.Euclidean)]
    [InlineData(SilhouetteDistance.Cosine)]
    public void SilhouetteAgreesWithPlainLoopsOverSeveralBlocks(SilhouetteDistance distance)
    {
        (double[] points, int[] clusters) = Blobs(700, 5, 4);
        SilhouetteScores actual = ClusteringMetrics.Silhouette<double>(points, clusters, new() { Distance = distance });
        double[] expected = PlainSilhouette(points, clusters, distance);
        AgreeEach(expected, actual, 1e-9);
        Assert.Equal(expected.Average(), actual.Mean, 12);
        foreach (int cluster in clusters.Distinct())
            Assert.Equal(expected.Where((_, i) => clusters[i] == cluster).Average(), actual.Clusters[cluster], 12);
    }

    [Fact]
    public void SilhouetteDoesNotDependOnTheNumberOfThreads()
    {
        (double[] points, int[] clusters) = Blobs(500, 7, 3);
        SilhouetteScores one = ClusteringMetrics.Silhouette<double>(points, clusters, new() { Threads = 1 });
        Assert.Equal(one.Values, ClusteringMetrics.Silhouette<double>(points, clusters, new() { Threads = 3 }).Values);
        Assert.Equal(one.Values, ClusteringMetrics.Silhouette<double>(points, clusters, new() { Threads = 0 }).Values);
    }

    [Fact]
    public void SampleIsThatOfTheSeedAndIsScoredByItself()
    {
        (double[] points, int[] clusters) = Blobs(400, 3, 3);
        SilhouetteScores sample = ClusteringMetrics.Silhouette<double>(points, clusters, new() { SampleSize = 100, Seed = 5 });
        Assert.Equal(100, sample.Rows.Distinct().Count());
        Assert.Equal(sample.Rows.Order(), sample.Rows);
        Assert.Equal(sample.Rows, ClusteringMetrics.Silhouette<double>(points, clusters, new() { SampleSize = 100, Seed = 5 }).Rows);
        Assert.NotEqual(sample.Rows, ClusteringMetrics.Silhouette<double>(points, clusters, new() { SampleSize = 100, Seed = 6 }).Rows);

        double[] chosen = [.. sample.Rows.SelectMany(row => points[(row * 3)..(row * 3 + 3)])];
        AgreeEach(PlainSilhouette(chosen, [.. sample.Rows.Select(row => clusters[row])], SilhouetteDistance.Euclidean), sample, 1e-9);
    }

    [Fact]
    public void ShiftingThePointsFarAwayChangesNoScore()
    {
        (double[] points, int[] clusters) = Blobs(200, 4, 3);
        double[] far = [.. points.Select(x => x + 1e6)];
        Assert.Equal(ClusteringMetrics.Silhouette<double>(points, clusters).Mean, ClusteringMetrics.Silhouette<double>(far, clusters).Mean,
            8);
        Assert.Equal(ClusteringMetrics.DaviesBouldin<double>(points, clusters), ClusteringMetrics.DaviesBouldin<double>(far, clusters), 8);
        Assert.Equal(1,
            ClusteringMetrics.CalinskiHarabasz<double>(far, clusters) / ClusteringMetrics.CalinskiHarabasz<double>(points, clusters), 8);
        Assert.Equal(1, ClusteringMetrics.Inertia<double>(far, clusters) / ClusteringMetrics.Inertia<double>(points, clusters), 8);
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void ScaleOfThePointsChangesNoScore(double scale)
    {
        (double[] points, int[] clusters) = Blobs(200, 4, 3);
        double[] scaled = [.. points.Select(x => x * scale)];
        SilhouetteOptions cosine = new() { Distance = SilhouetteDistance.Cosine };
        Assert.Equal(ClusteringMetrics.Silhouette<double>(points, clusters).Mean,
            ClusteringMetrics.Silhouette<double>(scaled, clusters).Mean, 10);
        Assert.Equal(ClusteringMetrics.Silhouette<double>(points, clusters, cosine).Mean,
            ClusteringMetrics.Silhouette<double>(scaled, clusters, cosine).Mean, 10);
        Assert.Equal(ClusteringMetrics.DaviesBouldin<double>(points, clusters), ClusteringMetrics.DaviesBouldin<double>(scaled, clusters),
            10);
        Assert.Equal(1, ClusteringMetrics.CalinskiHarabasz<double>(scaled, clusters) / ClusteringMetrics.CalinskiHarabasz<double>(points,
            clusters), 10);
    }

    [Fact]
    public void InertiaIsExactWhereItsSquaresAloneWouldOverflow()
    {
        Assert.Equal(1, ClusteringMetrics.Inertia<double>([1e150, 3e150], [0, 0]) / 2e300, 12);
        Assert.Equal(1, ClusteringMetrics.Inertia<double>([1e-150, 3e-150], [0, 0]) / 2e-300, 12);
        Assert.Equal(1, ClusteringMetrics.Inertia<double>([1e100, 1e100 + 1e90], [0, 0]) / 5e179, 5);
    }

    [Fact]
    public void LengthOfARowChangesNoCosine()
    {
        double[] points = [1, 0.1, 2e200, 0, 1e-200, 3e-200, 0, 4];
        double[] lengthsNearOne = [1, 0.1, 2, 0, 1, 3, 0, 4];
        SilhouetteOptions cosine = new() { Distance = SilhouetteDistance.Cosine };
        Assert.Equal(ClusteringMetrics.Silhouette<double>(lengthsNearOne, [0, 0, 1, 1], cosine).Mean,
            ClusteringMetrics.Silhouette<double>(points, [0, 0, 1, 1], cosine).Mean, 12);
    }

    [Theory]
    [InlineData(SilhouetteDistance.Euclidean)]
    [InlineData(SilhouetteDistance.Cosine)]
    public void SilhouetteKeepsSmallDistancesBesideLargeOnes(SilhouetteDistance distance)
    {
        // Two pairs of clusters; within a pair they are millions of times nearer to each other than to the other pair.
        int[] clusters = [0, 0, 1, 1, 2, 2, 3, 3];
        double[] points = [1e7, 0, 1e7, 0.25, 1e7, 1, 1e7, 1.5, -1e7, 0, -1e7, 0.5, -1e7, 2, -1e7, 2.25];
        // a and b of the first row.
        (double a, double b) = distance == SilhouetteDistance.Euclidean ? (0.25, 1.25) : (0.25 * 0.25, (1 + 1.5 * 1.5) / 2);
        Assert.Equal((b - a) / b, ClusteringMetrics.Silhouette<double>(points, clusters, new() { Distance = distance }).Values[0], 6);
    }

    [Fact]
    public void TooFewRowsForAScoreAreCounted()
    {
        string message = Refusal(() => ClusteringMetrics.Silhouette<double>([1, 2], [0, 1]));
        Assert.Contains("There are 2 rows to score; the score needs at least 3 rows in 2 clusters.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void EqualPointsGiveTheValuesOfScikitLearn()
    {
        float[] points = [.. Enumerable.Repeat(0.1f, 14)];
        int[] clusters = [0, 0, 0, 1, 1, 1, 1];
        Assert.Equal(0, ClusteringMetrics.Silhouette<float>(points, clusters).Mean);
        Assert.Equal(0, ClusteringMetrics.DaviesBouldin<float>(points, clusters));
        Assert.Equal(1, ClusteringMetrics.CalinskiHarabasz<float>(points, clusters));
        Assert.Equal(0, ClusteringMetrics.Inertia<float>(points, clusters));
        // The cosine distance of a point at 0 is 1 to all others.
        Assert.Equal(0, ClusteringMetrics.Silhouette<float>(new float[14], clusters, new() { Distance = SilhouetteDistance.Cosine }).Mean);
    }

    [Fact]
    public void OneClusterAndOnlySingleRowsAreRefused()
    {
        float[] points = [1, 2, 3];
        foreach (int[] clusters in new int[][] { [0, 0, 0], [0, 1, 2] })
        {
            Assert.Contains("2 to 2 clusters", Refusal(() => ClusteringMetrics.Silhouette<float>(points, clusters)),
                StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.DaviesBouldin<float>(points, clusters));
            Assert.Throws<ArgumentException>(() => ClusteringMetrics.CalinskiHarabasz<float>(points, clusters));
        }
        Assert.Equal(2, ClusteringMetrics.Inertia<float>(points, [0, 0, 0]));
    }

    [Fact]
    public void WrongPointsAndOptionsAreRefused()
    {
        Assert.Contains("no rows", Refusal(() => ClusteringMetrics.Inertia<float>([], [])), StringComparison.Ordinal);
        Assert.Contains("5 coordinates for 2 rows", Refusal(() => ClusteringMetrics.Inertia<float>([1, 2, 3, 4, 5], [0, 1])),
            StringComparison.Ordinal);
        Assert.Contains("Row 1 ", Refusal(() => ClusteringMetrics.Inertia<float>([1, 2, 3, float.NaN], [0, 1])), StringComparison.Ordinal);
        string faults = Refusal(() => ClusteringMetrics.Silhouette<float>([1, 2, 3], [0, 0, 1], new() { SampleSize = 1, Threads = -1 }));
        Assert.Contains("SampleSize is 1", faults, StringComparison.Ordinal);
        Assert.Contains("Threads is -1", faults, StringComparison.Ordinal);
    }

    private static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message;

    private static void AgreeEach(double[] expected, SilhouetteScores actual, double relative = Relative)
    {
        Assert.Equal(expected.Length, actual.Values.Count);
        for (int i = 0; i < expected.Length; i++)
            Reference.Agree(expected[i], actual.Values[i], relative, $"silhouette of row {i}");
    }

    private static (double[] Points, int[] Clusters) Blobs(int rows, int dimension, int k)
    {
        var random = new Random(9);
        int[] clusters = [.. Enumerable.Range(0, rows).Select(_ => random.Next(k) * 10 - 7)];
        double[] points = [.. clusters.SelectMany(cluster => Enumerable.Range(0, dimension)
            .Select(f => 0.1 * cluster * (f % 2) + 2 * random.NextDouble()))];
        return (points, clusters);
    }

    private static double[] PlainSilhouette(double[] points, int[] clusters, SilhouetteDistance distance)
    {
        int n = clusters.Length, d = points.Length / n;
        double Dot(int i, int j) => Enumerable.Range(0, d).Sum(f => points[i * d + f] * points[j * d + f]);
        double Distance(int i, int j) => distance == SilhouetteDistance.Cosine
            ? 1 - Dot(i, j) / Math.Sqrt(Dot(i, i) * Dot(j, j))
            : Math.Sqrt(Enumerable.Range(0, d).Sum(f => Math.Pow(points[i * d + f] - points[j * d + f], 2)));
        var result = new double[n];
        for (int i = 0; i < n; i++)
        {
            var means = Enumerable.Range(0, n).Where(j => j != i).GroupBy(j => clusters[j])
                .ToDictionary(group => group.Key, group => group.Average(j => Distance(i, j)));
            if (!means.Remove(clusters[i], out double a))
                continue;
            double b = means.Values.Min();
            result[i] = (b - a) / Math.Max(a, b);
        }
        return result;
    }
}
