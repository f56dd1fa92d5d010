using FsCheck;
using FsCheck.Fluent;

namespace Disentangle.ML.Evaluators.Tests;

/// <summary>What holds for any two partitions, tried on many random ones.</summary>
public class PropertyTests
{
    private static readonly Dictionary<string, Func<ContingencyTable, double>> Symmetric = new()
    {
        ["AMI"] = table => ClusteringMetrics.AdjustedMutualInformation(table),
        ["AMI max"] = table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Max),
        ["NMI"] = table => ClusteringMetrics.NormalizedMutualInformation(table),
        ["NMI min"] = table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Min),
        ["MI"] = ClusteringMetrics.MutualInformation,
        ["EMI"] = ClusteringMetrics.ExpectedMutualInformation,
        ["ARI"] = ClusteringMetrics.AdjustedRandIndex,
        ["Rand"] = ClusteringMetrics.RandIndex,
        ["FMI"] = ClusteringMetrics.FowlkesMallows,
        ["F1"] = ClusteringMetrics.PairF1,
        ["V"] = table => ClusteringMetrics.VMeasure(table),
        ["VI"] = ClusteringMetrics.VariationOfInformation,
        ["accuracy"] = ClusteringMetrics.HungarianAccuracy,
    };

    private static readonly Dictionary<string, Func<ContingencyTable, double>> OneSided = new()
    {
        ["homogeneity"] = ClusteringMetrics.Homogeneity,
        ["completeness"] = ClusteringMetrics.Completeness,
        ["purity"] = ClusteringMetrics.Purity,
        ["precision"] = ClusteringMetrics.PairPrecision,
        ["recall"] = ClusteringMetrics.PairRecall,
    };

    private static readonly string[] NegativeAllowed = ["AMI", "AMI max", "ARI"];

    private static readonly string[] InNats = ["MI", "EMI", "VI"];

    /// <summary>1 to 60 rows with labels and clusters from a few values, so that all shapes of tables occur.</summary>
    private static Arbitrary<(int Label, int Cluster)[]> Rows => (
        from classes in Gen.Choose(1, 9)
        from clusters in Gen.Choose(1, 9)
        from count in Gen.Choose(1, 60)
        from rows in Gen.ArrayOf(Gen.Choose(-classes, 0).Zip(Gen.Choose(5, 4 + clusters)), count)
        select rows.Select(row => (row.Item1, row.Item2)).ToArray()).ToArbitrary();

    [Fact]
    public void SymmetricScoresDoNotChangeWhenLabelsAndClustersChangePlaces() => Check(rows =>
    {
        ContingencyTable table = Table(rows), transposed = Table([.. rows.Select(row => (row.Cluster, row.Label))]);
        return Symmetric.Values.All(score => Near(score(table), score(transposed)))
            && Near(ClusteringMetrics.Homogeneity(table), ClusteringMetrics.Completeness(transposed))
            && Near(ClusteringMetrics.PairPrecision(table), ClusteringMetrics.PairRecall(transposed));
    });

    [Fact]
    public void ScoresDoNotChangeWhenLabelsAndClustersAreRenamed() => Check(rows =>
    {
        // Multiplication by an odd number permutes the integers.
        ContingencyTable table = Table(rows);
        ContingencyTable renamed = Table([.. rows.Select(row => (unchecked(row.Label * 1_000_003), unchecked(row.Cluster * -77_777_777)))]);
        return Symmetric.Concat(OneSided).All(score => Near(score.Value(table), score.Value(renamed)));
    });

    [Fact]
    public void ScoresDoNotChangeWhenRowsChangePlaces() => Check(rows =>
        Symmetric.Concat(OneSided).All(score => score.Value(Table(rows)).Equals(score.Value(Table([.. rows.Reverse()])))));

    [Fact]
    public void ScoresStayInTheirRangesAndAreNeverNegativeZero() => Check(rows =>
    {
        ContingencyTable table = Table(rows);
        return Symmetric.Concat(OneSided).All(score =>
        {
            double value = score.Value(table);
            double least = NegativeAllowed.Contains(score.Key) ? -1 : 0, most = InNats.Contains(score.Key) ? Math.Log(rows.Length) + 1e-12
                : 1;
            return value >= least && value <= most && !(value == 0 && double.IsNegative(value));
        });
    });

    [Fact]
    public void PartitionsAgreeWithThemselves() => Check(rows =>
    {
        ContingencyTable table = Table([.. rows.Select(row => (row.Label, row.Label + 3))]);
        return ClusteringMetrics.AdjustedMutualInformation(table) == 1 && ClusteringMetrics.AdjustedRandIndex(table) == 1
            && ClusteringMetrics.HungarianAccuracy(table) == 1 && ClusteringMetrics.VariationOfInformation(table) == 0;
    });

    [Fact]
    public void AdjustedScoresOfIndependentPartitionsAreNearZero() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        int k = random.Next(2, 30), m = random.Next(2, 30);
        ContingencyTable table = Table([.. Enumerable.Range(0, 5000).Select(_ => (random.Next(k), random.Next(m)))]);
        return Math.Abs(ClusteringMetrics.AdjustedMutualInformation(table)) < 0.01
            && Math.Abs(ClusteringMetrics.AdjustedRandIndex(table)) < 0.01;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void ExpectedMutualInformationIsTheMeanOverAllShuffles()
    {
        // All 6! orders of one partition against the other: the definition itself.
        int[] labels = [0, 0, 0, 1, 1, 2], clusters = [0, 0, 1, 1, 1, 1];
        double mean = Permutations(clusters).Average(shuffled => ClusteringMetrics.MutualInformation(labels, shuffled));
        Assert.Equal(mean, ClusteringMetrics.ExpectedMutualInformation(labels, clusters), 12);
    }

    private static void Check(Func<(int Label, int Cluster)[], bool> holds) => Prop.ForAll(Rows, holds).QuickCheckThrowOnFailure();

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-13;

    private static ContingencyTable Table((int Label, int Cluster)[] rows) =>
        ContingencyTable.Create([.. rows.Select(row => row.Label)], [.. rows.Select(row => row.Cluster)]);

    private static IEnumerable<int[]> Permutations(int[] values) => values.Length == 1
        ? [values]
        : Enumerable.Range(0, values.Length)
            .SelectMany(i => Permutations([.. values[..i], .. values[(i + 1)..]]).Select(rest => (int[])[values[i], .. rest]));
}
