using System.Globalization;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Compares clusters of an embedding with clusters of the raw features, the standardised features and their principal components.
/// <see cref="ToString"/> prints a table and the <see cref="Verdict"/>.
/// </summary>
public sealed class BaselineComparison
{
    /// <summary>The name of the stability: the mean AMI between the clusters of a run and those of the other runs.</summary>
    public const string Stability = "Stability";

    /// <summary>The name of the purity of the clusters with respect to coarse classes.</summary>
    public const string GroupPurity = "GroupPurity";

    /// <summary>The name of the stability times the purity with respect to coarse classes.</summary>
    public const string StabilityTimesPurity = "StabilityTimesPurity";

    internal const string EmbeddingName = "embedding";

    // A smaller gain does not count, however small the deviations.
    private const double LeastGain = 0.01;

    // In standard errors of the difference.
    private const double LeastSignificance = 2;

    private static readonly (string Score, string Heading)[] Headings =
    [
        (nameof(ClusteringQuality.AdjustedMutualInformation), "AMI"),
        (nameof(ClusteringQuality.AdjustedMutualInformationMax), "AMI (max)"),
        (nameof(ClusteringQuality.AdjustedRandIndex), "ARI"),
        (nameof(ClusteringQuality.NormalizedMutualInformation), "NMI"),
        (nameof(ClusteringQuality.HungarianAccuracy), "accuracy"),
        (Stability, "stability"),
        (GroupPurity, "group purity"),
        (StabilityTimesPurity, "stability x purity"),
        (nameof(ClusteringQuality.Silhouette), "silhouette*"),
    ];

    internal BaselineComparison(
        IReadOnlyList<BaselineResult> results, int runs, int restarts, int rows, int clusters, string? groupColumnName)
    {
        (Results, Runs, Restarts, Rows, NumberOfClusters) = (results, runs, restarts, rows, clusters);
        DecidingScore = new[] { nameof(ClusteringQuality.AdjustedMutualInformation), StabilityTimesPurity }
            .FirstOrDefault(score => results[0].Scores.ContainsKey(score), Stability);
        (IsBetter, string verdict) = Judge(within: false, "The");
        Verdict = groupColumnName is null
            ? verdict
            : $"{verdict} {Judge(within: true, $"Within the classes of '{groupColumnName}', the").Verdict}";
        if (DecidingScore != nameof(ClusteringQuality.AdjustedMutualInformation))
            Verdict += " Without labels this is only a hint: stable clusters need not be the wanted ones.";
    }

    /// <summary>
    /// One result per kind of features, with the embedding last. Given coarse classes, results over all rows come first, followed by
    /// results within classes.
    /// </summary>
    public IReadOnlyList<BaselineResult> Results { get; }

    /// <summary>The number of runs.</summary>
    public int Runs { get; }

    /// <summary>The number of KMeans restarts per run.</summary>
    public int Restarts { get; }

    /// <summary>The number of scored rows.</summary>
    public int Rows { get; }

    /// <summary>The number of clusters.</summary>
    public int NumberOfClusters { get; }

    /// <summary>
    /// The deciding score: AMI with labels; without labels, stability times purity with coarse classes, or stability.
    /// </summary>
    public string DecidingScore { get; }

    /// <summary>
    /// Whether the embedding's clusters over all rows score better than the best baseline's by more than 0.01 and by more than two
    /// standard errors of the difference, √((s₁² + s₂²) / runs).
    /// </summary>
    public bool IsBetter { get; }

    /// <summary>The conclusion of the comparison, in words.</summary>
    public string Verdict { get; }

    /// <summary>
    /// A table of means ± standard deviations over the runs, followed by the verdict. With labels the table omits stability and purity,
    /// which are in <see cref="Results"/>.
    /// </summary>
    public override string ToString()
    {
        // With labels, their substitutes would only widen the table.
        bool labelled = DecidingScore == nameof(ClusteringQuality.AdjustedMutualInformation);
        (string Score, string Heading)[] columns =
        [
            .. Headings.Where(heading => !(labelled && heading.Score is (Stability or GroupPurity or StabilityTimesPurity))
                && Results.Any(result => result.Scores.ContainsKey(heading.Score))),
        ];
        var table = new TextTable(["clusters of", "features", .. columns.Select(column => column.Heading)]);
        foreach (BaselineResult result in Results)
        {
            table.Add(
            [
                result.Features + (result.WithinClasses ? ", within classes" : ""), TextTable.Integer(result.NumberOfFeatures),
                .. columns.Select(column => result.Scores.TryGetValue(column.Score, out ScoreSummary score) ? Cell(score) : ""),
            ]);
        }
        string note = columns.Any(column => column.Heading.EndsWith('*'))
            ? $"* measured in the clustered features themselves: not comparable between rows of the table{Environment.NewLine}"
            : "";
        string head = $"{Rows} test rows, {NumberOfClusters} clusters, {Count(Runs, "run")} of {Count(Restarts, "restart")} each";
        return $"{head}{Environment.NewLine}{table}{note}{Verdict}";
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{TextTable.Integer(count)} {noun}s";

    private static string Cell(ScoreSummary score) =>
        string.Create(CultureInfo.InvariantCulture, $"{score.Mean:0.0000} ± {score.StandardDeviation:0.0000}");

    private (bool IsBetter, string Verdict) Judge(bool within, string subject)
    {
        // Clusters within the classes are pure by construction.
        string deciding = within && DecidingScore == StabilityTimesPurity ? Stability : DecidingScore;
        string unit = deciding switch
        {
            nameof(ClusteringQuality.AdjustedMutualInformation) => "AMI",
            Stability => "stability",
            _ => "stability x group purity",
        };
        BaselineResult[] candidates = [.. Results.Where(result => result.WithinClasses == within)];
        BaselineResult best = candidates.Where(result => !result.IsEmbedding).MaxBy(result => result.Scores[deciding].Mean)!;
        ScoreSummary own = candidates.Single(result => result.IsEmbedding).Scores[deciding], other = best.Scores[deciding];
        double gain = own.Mean - other.Mean;
        double error = Math.Sqrt((Math.Pow(own.StandardDeviation, 2) + Math.Pow(other.StandardDeviation, 2)) / Runs);
        double needed = Math.Max(LeastGain, LeastSignificance * error);
        string runs = Count(Runs, "run");
        string Real(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
        string verdict = gain > needed
            ? $"{subject} embedding is better than the best baseline ({best.Features}) by {Real(gain)} {unit} over {runs}."
            : gain < -needed
            ? $"{subject} embedding is worse than {best.Features} by {Real(-gain)} {unit} over {runs}: do not use it."
            : $"{subject} embedding is no better than {best.Features} ({Real(own.Mean)} against {Real(other.Mean)} {unit} over {runs}): "
                + "do not use it.";
        return (gain > needed, verdict);
    }
}
