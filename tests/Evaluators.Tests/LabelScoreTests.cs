using System.Text.Json;
using Disentangle.ML.Tests;

namespace Disentangle.ML.Evaluators.Tests;

public class LabelScoreTests
{
    private const double Relative = 1e-12;

    private static readonly Dictionary<string, Func<ContingencyTable, double>> Scores = new()
    {
        ["MutualInformation"] = ClusteringMetrics.MutualInformation,
        ["ExpectedMutualInformation"] = ClusteringMetrics.ExpectedMutualInformation,
        ["Homogeneity"] = ClusteringMetrics.Homogeneity,
        ["Completeness"] = ClusteringMetrics.Completeness,
        ["VMeasure"] = table => ClusteringMetrics.VMeasure(table),
        ["VMeasure0.5"] = table => ClusteringMetrics.VMeasure(table, 0.5),
        ["VMeasure2"] = table => ClusteringMetrics.VMeasure(table, 2),
        ["AdjustedRandIndex"] = ClusteringMetrics.AdjustedRandIndex,
        ["RandIndex"] = ClusteringMetrics.RandIndex,
        ["FowlkesMallows"] = ClusteringMetrics.FowlkesMallows,
        ["PairPrecision"] = ClusteringMetrics.PairPrecision,
        ["PairRecall"] = ClusteringMetrics.PairRecall,
        ["PairF1"] = ClusteringMetrics.PairF1,
        ["VariationOfInformation"] = ClusteringMetrics.VariationOfInformation,
        ["Purity"] = ClusteringMetrics.Purity,
        ["HungarianAccuracy"] = ClusteringMetrics.HungarianAccuracy,
        ["NormalizedMutualInformationArithmetic"] = table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Arithmetic),
        ["NormalizedMutualInformationGeometric"] = table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Geometric),
        ["NormalizedMutualInformationMin"] = table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Min),
        ["NormalizedMutualInformationMax"] = table => ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Max),
        ["AdjustedMutualInformationArithmetic"] = table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Arithmetic),
        ["AdjustedMutualInformationGeometric"] = table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Geometric),
        ["AdjustedMutualInformationMin"] = table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Min),
        ["AdjustedMutualInformationMax"] = table => ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Max),
    };

    /// <summary>The names in the oracles file.</summary>
    private static readonly Dictionary<string, string> OracleNames = new()
    {
        ["homogeneity"] = "Homogeneity",
        ["completeness"] = "Completeness",
        ["v_measure"] = "VMeasure",
        ["v_measure_beta0.5"] = "VMeasure0.5",
        ["nmi_arithmetic"] = "NormalizedMutualInformationArithmetic",
        ["nmi_geometric"] = "NormalizedMutualInformationGeometric",
        ["nmi_min"] = "NormalizedMutualInformationMin",
        ["nmi_max"] = "NormalizedMutualInformationMax",
        ["ami_arithmetic"] = "AdjustedMutualInformationArithmetic",
        ["ami_geometric"] = "AdjustedMutualInformationGeometric",
        ["ami_min"] = "AdjustedMutualInformationMin",
        ["ami_max"] = "AdjustedMutualInformationMax",
        ["mi"] = "MutualInformation",
        ["emi"] = "ExpectedMutualInformation",
        ["ari"] = "AdjustedRandIndex",
        ["rand"] = "RandIndex",
        ["fmi"] = "FowlkesMallows",
        ["purity"] = "Purity",
        ["hungarian_accuracy"] = "HungarianAccuracy",
    };

    public static IEnumerable<object[]> LabelCases => Reference.Numbers("labelCases");

    [Theory]
    [MemberData(nameof(LabelCases))]
    public void EveryScoreAgreesWithScikitLearn(int number)
    {
        JsonElement sample = Reference.Cases("labelCases")[number];
        ContingencyTable table = ContingencyTable.Create(sample.Integers("labels"), sample.Integers("clusters"));
        foreach (JsonProperty score in sample.GetProperty("scores").EnumerateObject())
        {
            // Near 0 the reference's adjusted mutual information has rounding errors of its own, which the next test does without.
            double absolute = score.Name.StartsWith("AdjustedMutual", StringComparison.Ordinal) ? 1e-13 : Reference.Rounding;
            Reference.Agree(score.Value.GetDouble(), Scores[score.Name](table), Relative, $"{sample.GetProperty("kind")} {score.Name}",
                absolute);
        }
    }

    [Fact]
    public void AdjustedMutualInformationAgreesWithHighPrecision()
    {
        foreach (JsonElement sample in Reference.Cases("labelCases")
            .Where(sample => sample.TryGetProperty("exactAdjustedMutualInformation", out _)))
        {
            double actual = ClusteringMetrics.AdjustedMutualInformation(sample.Integers("labels"), sample.Integers("clusters"));
            Reference.Agree(sample.Real("exactAdjustedMutualInformation"), actual, Relative, sample.GetProperty("kind").GetString()!);
        }
    }

    [Fact]
    public void ThereAreAtLeast200ReferenceCases() => Assert.True(Reference.Cases("labelCases").Length >= 200);

    [Fact]
    public void EveryScoreAgreesWithTheOracles()
    {
        JsonElement[] cases =
            [.. Reference.Read(TestData.Development("oracles", "clustering-metrics.json")).GetProperty("supervised").EnumerateArray()];
        Assert.NotEmpty(cases);
        foreach (JsonElement sample in cases)
        {
            string name = sample.GetProperty("name").GetString()!;
            ContingencyTable table = ContingencyTable.Create(sample.Integers("labels_true"), sample.Integers("labels_pred"));
            foreach ((string oracle, string score) in OracleNames)
                Reference.Agree(sample.Real(oracle), Scores[score](table), Relative, $"{name} {score}");
            Assert.Equal(sample.Table("contingency"), table.ToArray());
            double entropies = sample.Real("entropy_true") + sample.Real("entropy_pred");
            Reference.Agree(entropies - 2 * sample.Real("mi"), ClusteringMetrics.VariationOfInformation(table), Relative, name);

            // scikit-learn counts ordered pairs.
            int[,] pairs = sample.Table("pair_confusion");
            Assert.Equal(new PairConfusion(pairs[1, 1] / 2, pairs[0, 1] / 2, pairs[1, 0] / 2, pairs[0, 0] / 2),
                ClusteringMetrics.CountPairs(table));
        }
    }

    [Fact]
    public void ExpectedMutualInformationAgreesWithHighPrecisionUpTo100MillionRows()
    {
        foreach (JsonElement sample in Reference.Cases("expectedCases"))
        {
            int[] classes = sample.Integers("classSizes"), clusters = sample.Integers("clusterSizes");
            double actual = ExpectedMutualInformation.Compute(classes, clusters, classes.Sum());
            double expected = sample.Real("expected");
            Assert.True(Math.Abs(expected - actual) <= Math.Max(1e-12 * expected, 1e-16), $"{actual:R} instead of {expected:R}");
        }
    }

    [Fact]
    public void SpansAndTableGiveTheSameScores()
    {
        int[] labels = [3, 3, 3, -1, -1, 7, 7, 7], clusters = [0, 0, 5, 5, 5, 5, 2, 2];
        ContingencyTable table = ContingencyTable.Create(labels, clusters);
        Assert.Equal(
            ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Max),
            ClusteringMetrics.AdjustedMutualInformation(labels, clusters, EntropyMean.Max));
        Assert.Equal(
            ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Min),
            ClusteringMetrics.NormalizedMutualInformation(labels, clusters, EntropyMean.Min));
        Assert.Equal(ClusteringMetrics.AdjustedMutualInformation(table), new ClusteringQuality(table).AdjustedMutualInformation);
        Assert.Equal(ClusteringMetrics.MutualInformation(table), ClusteringMetrics.MutualInformation(labels, clusters));
        Assert.Equal(ClusteringMetrics.ExpectedMutualInformation(table), ClusteringMetrics.ExpectedMutualInformation(labels, clusters));
        Assert.Equal(ClusteringMetrics.Homogeneity(table), ClusteringMetrics.Homogeneity(labels, clusters));
        Assert.Equal(ClusteringMetrics.Completeness(table), ClusteringMetrics.Completeness(labels, clusters));
        Assert.Equal(ClusteringMetrics.VMeasure(table, 3), ClusteringMetrics.VMeasure(labels, clusters, 3));
        Assert.Equal(ClusteringMetrics.VariationOfInformation(table), ClusteringMetrics.VariationOfInformation(labels, clusters));
        Assert.Equal(ClusteringMetrics.AdjustedRandIndex(table), ClusteringMetrics.AdjustedRandIndex(labels, clusters));
        Assert.Equal(ClusteringMetrics.RandIndex(table), ClusteringMetrics.RandIndex(labels, clusters));
        Assert.Equal(ClusteringMetrics.FowlkesMallows(table), ClusteringMetrics.FowlkesMallows(labels, clusters));
        Assert.Equal(ClusteringMetrics.PairPrecision(table), ClusteringMetrics.PairPrecision(labels, clusters));
        Assert.Equal(ClusteringMetrics.PairRecall(table), ClusteringMetrics.PairRecall(labels, clusters));
        Assert.Equal(ClusteringMetrics.PairF1(table), ClusteringMetrics.PairF1(labels, clusters));
        Assert.Equal(ClusteringMetrics.CountPairs(table), ClusteringMetrics.CountPairs(labels, clusters));
        Assert.Equal(ClusteringMetrics.Purity(table), ClusteringMetrics.Purity(labels, clusters));
        Assert.Equal(ClusteringMetrics.HungarianAccuracy(table), ClusteringMetrics.HungarianAccuracy(labels, clusters));
        Assert.Equal(new Dictionary<int, int> { [0] = 3, [5] = -1, [2] = 7 }, ClusteringMetrics.HungarianMatching(labels, clusters));
    }

    [Theory]
    [InlineData(new[] { 4 }, new[] { 9 })]
    [InlineData(new[] { 0, 0, 0 }, new[] { 5, 5, 5 })]
    [InlineData(new[] { 0, 1, 2, 3 }, new[] { 7, -1, 5, 0 })]
    [InlineData(new[] { 0, 0, 1, 1, 2 }, new[] { 2, 2, 0, 0, 1 })]
    public void EqualPartitionsScoreExactlyOne(int[] labels, int[] clusters)
    {
        ContingencyTable table = ContingencyTable.Create(labels, clusters);
        foreach (EntropyMean mean in Enum.GetValues<EntropyMean>())
        {
            Assert.Equal(1, ClusteringMetrics.AdjustedMutualInformation(table, mean));
            Assert.Equal(1, ClusteringMetrics.NormalizedMutualInformation(table, mean));
        }
        foreach (string name in new[] { "Homogeneity", "Completeness", "VMeasure", "AdjustedRandIndex", "RandIndex", "Purity",
            "HungarianAccuracy" })
            Reference.Agree(1, Scores[name](table), 1e-15, name);
        AssertPlusZero(ClusteringMetrics.VariationOfInformation(table));
    }

    [Theory]
    [InlineData(new[] { 0, 0, 0, 0 }, new[] { 0, 1, 2, 3 })]
    [InlineData(new[] { 0, 1, 2, 3 }, new[] { 0, 0, 0, 0 })]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 0, 0, 0 })]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 1, 2, 3 })]
    [InlineData(new[] { 0, 1, 2, 3 }, new[] { 0, 0, 1, 1 })]
    public void OneTrivialPartitionScoresPlusZeroAfterAdjustment(int[] labels, int[] clusters)
    {
        ContingencyTable table = ContingencyTable.Create(labels, clusters);
        foreach (EntropyMean mean in Enum.GetValues<EntropyMean>())
            AssertPlusZero(ClusteringMetrics.AdjustedMutualInformation(table, mean));
        AssertPlusZero(ClusteringMetrics.AdjustedRandIndex(table));
    }

    [Fact]
    public void PairScoresOfSingleRowsAreZeroAsInScikitLearn()
    {
        ContingencyTable table = ContingencyTable.Create([0, 1, 2], [0, 1, 2]);
        AssertPlusZero(ClusteringMetrics.FowlkesMallows(table));
        AssertPlusZero(ClusteringMetrics.PairPrecision(table));
        AssertPlusZero(ClusteringMetrics.PairRecall(table));
        AssertPlusZero(ClusteringMetrics.PairF1(table));
    }

    [Fact]
    public void EmptyAndUnequalInputAndNegativeBetaAreRefused()
    {
        ArgumentException empty = Assert.Throws<ArgumentException>(() => ClusteringMetrics.AdjustedMutualInformation([], []));
        Assert.Contains("no rows", empty.Message, StringComparison.Ordinal);
        ArgumentException unequal = Assert.Throws<ArgumentException>(() => ClusteringMetrics.Purity([1, 2], [1, 2, 3]));
        Assert.Contains("2 labels and 3 clusters", unequal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusteringMetrics.VMeasure([1, 2], [1, 2], beta: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusteringMetrics.VMeasure([1, 2], [1, 2], beta: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusteringMetrics.AdjustedMutualInformation([1, 1, 2], [1, 2, 2], (EntropyMean)9));
    }

    [Fact]
    public void HundredMillionRowsDoNotOverflow()
    {
        // Two classes of half the rows, split 3 : 1 over two clusters: all scores have a closed form.
        ContingencyTable table = ContingencyTable.FromCounts(new[,] { { 37_500_000, 12_500_000 }, { 12_500_000, 37_500_000 } });
        Assert.Equal(100_000_000, table.RowCount);
        Assert.Equal(0.75, ClusteringMetrics.HungarianAccuracy(table));
        double information = Math.Log(2) + 0.75 * Math.Log(0.75) + 0.25 * Math.Log(0.25);
        Reference.Agree(information, ClusteringMetrics.MutualInformation(table), Relative, "MI");
        Reference.Agree(information / Math.Log(2), ClusteringMetrics.NormalizedMutualInformation(table), Relative, "NMI");
        // RI and ARI of one large sample: 0.625 and 0.25 but for terms of order 1/N.
        Assert.Equal(0.625, ClusteringMetrics.RandIndex(table), 7);
        Assert.Equal(0.25, ClusteringMetrics.AdjustedRandIndex(table), 7);
        Assert.Equal(information / Math.Log(2), ClusteringMetrics.AdjustedMutualInformation(table), 7);
    }

    private static void AssertPlusZero(double value) => Assert.Equal(0L, BitConverter.DoubleToInt64Bits(value));
}
