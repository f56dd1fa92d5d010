namespace Disentangle.ML.Evaluators;

/// <summary>
/// Scores of several numbers of clusters without labels, with a suggested number and how sure the suggestion is. <see cref="ToString"/>
/// prints everything.
/// </summary>
public sealed class ClusterCountChoice
{
    // Clusterings of samples of the same rows with less agreement have little in common.
    private const double LeastStability = 0.5;

    private readonly ClusterCountOptions _options;

    internal ClusterCountChoice(IReadOnlyList<ClusterCountScores> curve, int rows, int allRows, ClusterCountOptions options)
    {
        (Curve, Rows, AllRows, _options) = (curve, rows, allRows, options);
        ClusterCountScores best = curve.MaxBy(scores => scores.StabilityTimesModularity.Mean)!;
        Suggested = best.NumberOfClusters;
        AsGood = [.. curve.Where(scores => scores != best && IsAsGood(scores, best)).Select(scores => scores.NumberOfClusters)];
        BestSilhouette = curve.Where(scores => scores.Silhouette is not null)
            .MaxBy(scores => scores.Silhouette!.Value.Mean)?.NumberOfClusters;
        Elbow = FindElbow(curve);
        Verdict = Judge(best);
    }

    /// <summary>The scores of each number of clusters, ascending.</summary>
    public IReadOnlyList<ClusterCountScores> Curve { get; }

    /// <summary>
    /// The number with the largest <see cref="ClusterCountScores.StabilityTimesModularity"/>. Read it together with <see cref="Verdict"/>.
    /// </summary>
    public int Suggested { get; }

    /// <summary>
    /// The other numbers whose score plus standard deviation reaches the score of <see cref="Suggested"/> minus its standard deviation.
    /// </summary>
    public IReadOnlyList<int> AsGood { get; }

    /// <summary>The number with the largest mean silhouette; null if no number has one.</summary>
    public int? BestSilhouette { get; }

    /// <summary>
    /// The elbow of the inertia: the number farthest below the straight line from the first to the last number tried. Null if none is
    /// below, or fewer than three were tried. Depends on the numbers tried.
    /// </summary>
    public int? Elbow { get; }

    /// <summary>A sentence that states how sure the suggestion is.</summary>
    public string Verdict { get; }

    /// <summary>The number of clustered rows.</summary>
    public int Rows { get; }

    /// <summary>The number of rows in the data; more than <see cref="Rows"/> if a sample was clustered.</summary>
    public int AllRows { get; }

    /// <summary>A table of the mean ± standard deviation of each score, followed by <see cref="Verdict"/>.</summary>
    public override string ToString()
    {
        var table = new TextTable(["k", "stability x modularity", "stability", "modularity", "kappa", "silhouette", "inertia", ""]);
        foreach (ClusterCountScores scores in Curve)
        {
            string[] marks =
            [
                .. scores.NumberOfClusters == Suggested ? new[] { "suggested" } : [],
                .. AsGood.Contains(scores.NumberOfClusters) ? new[] { "as good" } : [],
                .. scores.NumberOfClusters == BestSilhouette ? new[] { "silhouette" } : [],
                .. scores.NumberOfClusters == Elbow ? new[] { "elbow" } : [],
            ];
            table.Add(
            [
                TextTable.Integer(scores.NumberOfClusters),
                Cell(scores.StabilityTimesModularity), Cell(scores.Stability), Cell(scores.Modularity), Cell(scores.NeighborKappa),
                Cell(scores.Silhouette), Cell(scores.Inertia), string.Join(", ", marks),
            ]);
        }
        string sample = Rows < AllRows ? $"a sample of {Rows} of {AllRows} rows" : $"{Rows} rows";
        string runs = FormattableString.Invariant(
            $"{_options.Runs} clusterings for each number, each fitted to {_options.Share:P0} of them");
        return $"{sample}; {runs}{Environment.NewLine}{table}{Verdict}{Environment.NewLine}";
    }

    private static string Cell(ScoreSummary? summary) =>
        summary is { } value ? $"{TextTable.Real(value.Mean)} ± {TextTable.Real(value.StandardDeviation)}" : "undefined";

    private static bool IsAsGood(ClusterCountScores scores, ClusterCountScores best)
    {
        (ScoreSummary score, ScoreSummary most) = (scores.StabilityTimesModularity, best.StabilityTimesModularity);
        return score.Mean + score.StandardDeviation >= most.Mean - most.StandardDeviation;
    }

    private static int? FindElbow(IReadOnlyList<ClusterCountScores> curve)
    {
        ClusterCountScores first = curve[0], last = curve[^1];
        double slope = (last.Inertia.Mean - first.Inertia.Mean) / (last.NumberOfClusters - first.NumberOfClusters);
        double Below(ClusterCountScores scores) =>
            first.Inertia.Mean + slope * (scores.NumberOfClusters - first.NumberOfClusters) - scores.Inertia.Mean;
        return curve.Skip(1).SkipLast(1).MaxBy(Below) is { } elbow && Below(elbow) > 0 ? elbow.NumberOfClusters : null;
    }

    private string Judge(ClusterCountScores best)
    {
        if (Curve.Count == 1)
            return $"Only {Suggested} clusters were tried; there is nothing to choose from.";
        if (Curve.Max(scores => scores.Stability.Mean) < LeastStability)
        {
            ClusterCountScores most = Curve.MaxBy(scores => scores.Stability.Mean)!;
            return $"No number of clusters is stable (at most {TextTable.Real(most.Stability.Mean)}, for {most.NumberOfClusters}): "
                + "the rows may have no clusters.";
        }
        string?[] differing = [Other("the silhouette", BestSilhouette), Other("the elbow of the inertia", Elbow)];
        string others = string.Join(" and ", differing.OfType<string>());
        string end = Suggested == Curve[^1].NumberOfClusters ? " It is the largest number tried: try larger ones." : "";
        if (best.Stability.Mean < LeastStability || AsGood.Count > 0)
        {
            string why = AsGood.Count > 0
                ? $"{string.Join(", ", AsGood)} {(AsGood.Count == 1 ? "scores" : "score")} as well within the spread"
                : $"its clusterings agree poorly (stability {TextTable.Real(best.Stability.Mean)})";
            return $"Unsure: {Suggested} clusters score best, but {why}{(others.Length > 0 ? $"; {others}" : "")}. "
                + $"Look at the clusters and choose by their meaning.{end}";
        }
        return others.Length == 0
            ? $"Fairly sure: {Suggested} clusters score best, no other number comes close, and the other scores agree.{end}"
            : $"Rather unsure: {Suggested} clusters score best and no other number comes close, but {others}.{end}";

        // A number adjacent to the suggested one agrees with it.
        string? Other(string name, int? number) =>
            number is { } other && Math.Abs(other - Suggested) > 1 ? $"{name} suggests {other}" : null;
    }
}
