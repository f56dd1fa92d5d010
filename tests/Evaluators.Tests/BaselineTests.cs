using System.Text.Json;
using Disentangle.ML.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators.Tests;

public class BaselineTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _train, _test;

    public BaselineTests() => (_train, _test) = (View(Rows(300, seed: 1)), View(Rows(200, seed: 2)));

    [Fact]
    public void AnEmbeddingThatSeparatesTheClassesIsBetter()
    {
        BaselineComparison comparison = Compare("Good", "Label", "Group");
        Assert.True(comparison.IsBetter);
        Assert.Equal(["raw features", "standardised features", "3 principal components", "embedding"], comparison.Results.Take(4)
            .Select(result => result.Features));
        Assert.Equal([false, false, false, false, true, true, true, true], comparison.Results.Select(result => result.WithinClasses));
        Assert.Equal([6, 6, 3, 2, 6, 6, 3, 2], comparison.Results.Select(result => result.NumberOfFeatures));
        Assert.Equal(nameof(ClusteringQuality.AdjustedMutualInformation), comparison.DecidingScore);
        double[] means = [.. comparison.Results.Select(result => result.Scores["AdjustedMutualInformation"].Mean)];
        Assert.Equal(1, means[3], 1e-9);
        double best = means[..3].Max();
        string name = comparison.Results[Array.IndexOf(means, best)].Features;
        Assert.StartsWith(FormattableString.Invariant(
            $"The embedding is better than the best baseline ({name}) by {1 - best:0.00} AMI over 3 runs. ")
            + "Within the classes of 'Group', the embedding is ",
            comparison.Verdict, StringComparison.Ordinal);

        string text = comparison.ToString();
        Assert.StartsWith("200 test rows, 4 clusters, 3 runs of 4 restarts each", text, StringComparison.Ordinal);
        Assert.EndsWith(comparison.Verdict, text, StringComparison.Ordinal);
        Assert.Matches(@"clusters of +features +AMI +AMI \(max\) +ARI +NMI +accuracy\r?\n", text);
        Assert.Matches(@"embedding +2 +1\.0000 ± 0\.0000 ", text);
        Assert.Matches(@"raw features, within classes +6 ", text);
        Assert.DoesNotContain("silhouette", text, StringComparison.Ordinal);
    }

    [Fact]
    public void KnowingTheClassHelpsTheBaselines()
    {
        BaselineComparison comparison = Compare("Good", "Label", "Group");
        double Ami(int result) => comparison.Results[result].Scores["AdjustedMutualInformation"].Mean;
        Assert.True(Ami(4) > Ami(0) + 0.1, comparison.ToString());
        // Clusters within the classes never mix them.
        BaselineComparison groups = _ml.Clustering.CompareWithBaselines(_train, _test, "Features", "Good", "Group", "Group", 4, Options);
        Assert.All(groups.Results.Where(result => result.WithinClasses), result =>
            Assert.True(result.Scores["AdjustedMutualInformation"].Mean > 0.5));
    }

    [Fact]
    public void TheRawFeaturesThemselvesAreNoBetter()
    {
        BaselineComparison comparison = Compare("Features", "Label", null);
        Assert.False(comparison.IsBetter);
        Assert.Matches(@"^The embedding is (no better|worse) than .*: do not use it\.$", comparison.Verdict);
        Assert.Equal(4, comparison.Results.Count);
        Assert.Equal(comparison.Results[0].Scores["AdjustedMutualInformation"], comparison.Results[3].Scores["AdjustedMutualInformation"]);
    }

    [Fact]
    public void NoiseIsWorse()
    {
        BaselineComparison comparison = Compare("Noise", "Label", null);
        Assert.False(comparison.IsBetter);
        Assert.Matches(@"^The embedding is worse than .* by 0\.\d\d AMI over 3 runs: do not use it\.$", comparison.Verdict);
    }

    [Fact]
    public void WithoutLabelsStabilityAndPurityDecideAndTheSilhouetteIsMarked()
    {
        BaselineComparison grouped = Compare("Good", null, "Group");
        Assert.Equal(BaselineComparison.StabilityTimesPurity, grouped.DecidingScore);
        Assert.True(grouped.IsBetter, grouped.ToString());
        Assert.Contains("stability x group purity over 3 runs", grouped.Verdict, StringComparison.Ordinal);
        Assert.EndsWith("Without labels this is only a hint: stable clusters need not be the wanted ones.", grouped.Verdict,
            StringComparison.Ordinal);
        Assert.Matches(@"features +stability +group purity +stability x purity +silhouette\*\r?\n", grouped.ToString());
        Assert.Contains("not comparable between rows of the table", grouped.ToString(), StringComparison.Ordinal);
        BaselineResult embedding = grouped.Results[3];
        Assert.Equal(1, embedding.Scores[BaselineComparison.GroupPurity].Mean, 1e-9);
        Assert.Equal(1, embedding.Scores[BaselineComparison.Stability].Mean, 1e-9);
        Assert.True(embedding.Scores["Silhouette"].Mean > 0.8);
        Assert.False(grouped.Results[7].Scores.ContainsKey(BaselineComparison.GroupPurity));

        Assert.Equal(BaselineComparison.Stability, Compare("Good", null, null).DecidingScore);
        string one = Assert.Throws<ArgumentException>(() => _ml.Clustering.CompareWithBaselines(
            _train, _test, "Features", "Good", numberOfClusters: 4, options: new() { Runs = 1 })).Message;
        Assert.StartsWith("Runs is 1; without labels it must be at least 2", one, StringComparison.Ordinal);
        Assert.False(_ml.Clustering.CompareWithBaselines(_train, _test, "Features", "Good", "Label", null, 4, new() { Runs = 1 })
            .Results[0].Scores.ContainsKey(BaselineComparison.Stability));
    }

    [Theory]
    [InlineData(0.5, 0.0, 0.505, 0.0, "no better")]
    [InlineData(0.5, 0.0, 0.52, 0.0, "better than the best baseline (raw features) by 0.02 AMI")]
    [InlineData(0.5, 0.1, 0.6, 0.1, "no better than raw features (0.60 against 0.50 AMI over 5 runs)")]
    [InlineData(0.5, 0.07, 0.6, 0.07, "better than the best baseline")]
    [InlineData(0.6, 0.1, 0.5, 0.1, "no better")]
    [InlineData(0.6, 0.0, 0.5, 0.0, "worse than raw features by 0.10 AMI")]
    public void TheVerdictTakesTheDeviationIntoAccount(double raw, double rawDeviation, double own, double ownDeviation, string expected)
    {
        static BaselineResult Result(string name, double mean, double deviation) =>
            new(name, false, 3, new Dictionary<string, ScoreSummary>
        {
            [nameof(ClusteringQuality.AdjustedMutualInformation)] = new(mean, deviation, mean),
        });
        BaselineResult[] results =
        [
            Result("raw features", raw, rawDeviation), Result("standardised features", 0.1, 0), Result("embedding", own, ownDeviation),
        ];
        var comparison = new BaselineComparison(results, runs: 5, restarts: 5, rows: 100, clusters: 3, groupColumnName: null);
        Assert.Contains(expected, comparison.Verdict, StringComparison.Ordinal);
        Assert.Equal(expected.StartsWith("better", StringComparison.Ordinal), comparison.IsBetter);
    }

    [Fact]
    public void ScoresAreThoseOfTheTestRowsClusteredByTheTrainer()
    {
        BaselineComparison comparison = _ml.Clustering.CompareWithBaselines(
            _train, _test, "Features", "Good", "Label", null, 4, new() { Runs = 2, Restarts = 3, Seed = 7 });
        double[] expected = [.. new[] { 7, 10 }.Select(seed =>
        {
            var model = _ml.Clustering.Trainers.KMeansRestarts(
                new KMeansRestartsOptions { NumberOfClusters = 4, Restarts = 3, Seed = seed }).Fit(_train);
            return _ml.Clustering.EvaluateAgainstLabels(model.Transform(_test)).AdjustedRandIndex;
        })];
        ScoreSummary actual = comparison.Results[0].Scores["AdjustedRandIndex"];
        Assert.Equal(ScoreSummary.Of(expected).Mean, actual.Mean, 1e-9);
        Assert.Equal(ScoreSummary.Of(expected).StandardDeviation, actual.StandardDeviation, 1e-9);
    }

    [Fact]
    public void StandardisingIsThatOfTheTrainingRows()
    {
        // One feature of a great scale hides the others until it is standardised.
        Row[] Scaled(int rows, int seed) => [.. Rows(rows, seed).Select(row => new Row
        {
            Features = [row.Good[0], row.Good[1], 1000 * row.Noise[0], 7, 7, 7], Good = row.Good, Noise = row.Noise, Label = row.Label,
                Group = row.Group,
        })];
        BaselineComparison comparison = _ml.Clustering.CompareWithBaselines(View(Scaled(300, 1)), View(Scaled(200, 2)), "Features",
            "Good", "Label", null, 4, Options);
        double[] means = [.. comparison.Results.Select(result => result.Scores["AdjustedMutualInformation"].Mean)];
        Assert.True(means[1] > means[0] + 0.3, comparison.ToString());
    }

    [Fact]
    public void PrincipalComponentsAreThoseOfScikitLearn()
    {
        JsonElement root = Reference.Read(TestData.InRepository("tests", "reference", "kmeans.json"));
        JsonElement iris = root.GetProperty("sets")[0], expected = root.GetProperty("principal");
        var rows = new FeatureRows([.. iris.Reals("rows").Select(value => (float)value)], 4);
        FeatureRows projected = PrincipalComponents.Of(rows, 2, seed: 0).Project(rows);
        double[] variances = projected.Variance(projected.Mean());
        foreach ((double exact, double actual) in expected.Reals("variances").Zip(variances))
            Reference.Agree(exact, actual, 1e-6, "variance");
        foreach ((double exact, float actual) in expected.Reals("projected").Zip(projected.Values.ToArray()))
            Reference.Agree(exact, Math.Abs(actual), 1e-5, "coordinate", 1e-6);

        // Fewer rows than features: the decomposition of the products gives the same distances as the features have.
        var random = new Random(5);
        var wide = new FeatureRows([.. Enumerable.Range(0, 6 * 50).Select(_ => random.NextSingle())], 50);
        FeatureRows all = PrincipalComponents.Of(wide, 20, seed: 0).Project(wide);
        Assert.Equal(5, all.Dimension);
        for (int i = 1; i < 6; i++)
        {
            double Distance(FeatureRows points) => points[0].ToArray().Zip(points[i].ToArray(), (x, y) => (double)(x - y) * (x - y)).Sum();
            Assert.Equal(Distance(wide), Distance(all), 1e-4);
        }
    }

    [Fact]
    public void WrongInputIsRefused()
    {
        string Fault(IDataView train, IDataView test, string feature = "Features", string embedding = "Good", string? label = "Label",
            string? group = null) =>
            Thrown<ArgumentException>(train, test, feature, embedding, label, group);
        string Thrown<T>(IDataView train, IDataView test, string feature = "Features", string embedding = "Good", string? label = "Label",
            string? group = null) where T : Exception =>
            Assert.ThrowsAny<T>(() => _ml.Clustering.CompareWithBaselines(train, test, feature, embedding, label, group, 4,
                Options)).Message;
        Assert.Contains("no column 'Pixels'", Fault(_train, _test, feature: "Pixels"), StringComparison.Ordinal);
        Assert.Contains("no column 'Code'", Fault(_train, _test, embedding: "Code"), StringComparison.Ordinal);
        Assert.Contains("no column 'Digit'", Fault(_train, _test, label: "Digit"), StringComparison.Ordinal);
        Assert.Contains("no column 'Class'", Fault(_train, _test, group: "Class"), StringComparison.Ordinal);
        Assert.Contains("vector of Single", Fault(_train, _test, embedding: "Label"), StringComparison.Ordinal);
        Assert.Contains("must be a key, Boolean", Fault(_train, _test, group: "Noise"), StringComparison.Ordinal);
        Assert.Contains("There are no rows", Thrown<InvalidDataException>(View([]), _test), StringComparison.Ordinal);
        Assert.Contains("There are no rows", Thrown<InvalidDataException>(_train, View([])), StringComparison.Ordinal);
        Row[] broken = Rows(20, 1);
        broken[3].Good[1] = float.NaN;
        Assert.StartsWith("Feature 1 of column 'Good' is NaN in row 3 (from 0).", Thrown<InvalidDataException>(_train, View(broken)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Clustering.CompareWithBaselines(_train, _test, "Features", "Good",
            numberOfClusters: 0));
        string options = Assert.Throws<ArgumentException>(() => _ml.Clustering.CompareWithBaselines(_train, _test, "Features", "Good",
            options: new() { Runs = 0, Restarts = 0, PrincipalComponents = 0, Threads = -1 })).Message;
        foreach (string part in new[] { "Runs is 0", "Restarts is 0", "PrincipalComponents is 0", "Threads is -1" })
            Assert.Contains(part, options, StringComparison.Ordinal);

        Row[] collapsed = Rows(50, 1);
        foreach (Row row in collapsed)
            row.Good = [1, 1];
        Assert.Equal("Embedding: the training data have 50 rows, 1 of them distinct; 4 clusters need at least 4 distinct rows.",
            Assert.Throws<InvalidDataException>(() => _ml.Clustering.CompareWithBaselines(View(collapsed), _test, "Features", "Good",
                "Label", null, 4)).Message);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _ml.Clustering.CompareWithBaselines(
            _train, _test, "Features", "Good", "Label", options: new() { CancellationToken = source.Token }));
    }

    private static readonly BaselineOptions Options = new() { Runs = 3, Restarts = 4 };

    private BaselineComparison Compare(string embedding, string? label, string? group) =>
        _ml.Clustering.CompareWithBaselines(_train, _test, "Features", embedding, label, group, 4, Options);

    /// <summary>Four overlapping classes in two groups; the good embedding separates the classes.</summary>
    private static Row[] Rows(int rows, int seed)
    {
        var random = new Random(seed);
        float Normal() => (float)Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
        return [.. Enumerable.Range(0, rows).Select(i => new Row
        {
            Label = i % 4,
            Group = i % 4 < 2 ? "few" : "many",
            Features = [.. Enumerable.Range(0, 6).Select(f => Normal() + (f == i % 4 ? 2.5f : 0))],
            Good = [10 * (i % 4 / 2) + 0.3f * Normal(), 5 * (i % 2) + 0.3f * Normal()],
            Noise = [Normal(), Normal()],
        })];
    }

    private IDataView View(Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private sealed class Row
    {
        public int Label { get; set; }

        public string Group { get; set; } = "";

        [VectorType(6)]
        public float[] Features { get; set; } = [];

        [VectorType(2)]
        public float[] Good { get; set; } = [];

        [VectorType(2)]
        public float[] Noise { get; set; } = [];
    }
}
