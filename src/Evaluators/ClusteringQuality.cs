using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// How well clusters agree with labels and, given features, how well they are separated. <see cref="ClusteringScore.All"/> lists the
/// scores with their range and meaning; <see cref="ToString"/> prints them. The scores of separation are null without features or if
/// undefined: silhouette, Davies-Bouldin and Calinski-Harabasz need 2 to N - 1 clusters, the silhouette in its sample.
/// </summary>
public sealed class ClusteringQuality
{
    private readonly Dictionary<string, double?> _scores;

    /// <summary>Computes all scores against labels.</summary>
    /// <param name="table">Classes against clusters.</param>
    public ClusteringQuality(ContingencyTable table)
        : this(table, null)
    {
    }

    internal ClusteringQuality(ContingencyTable table, Separation? separation)
    {
        ArgumentNullException.ThrowIfNull(table);
        Table = table;
        _scores = ClusteringScore.All.ToDictionary(score => score.Name, score => score.Compute(table, separation));
        SilhouetteRows = separation?.Silhouette?.Rows.Count;
        SilhouetteByCluster = separation?.Silhouette?.Clusters
            .ToDictionary(pair => table.NameOfClusterValue(pair.Key), pair => pair.Value);
        ReadOnlySpan<int> matched = table.MatchedClusters;
        var matching = new List<ClusterMatch>();
        for (int i = 0; i < matched.Length; i++)
        {
            if (matched[i] >= 0)
                matching.Add(new(table.ClusterName(matched[i]), table.ClassName(i), table[i, matched[i]]));
        }
        Matching = matching;
    }

    /// <summary>Classes against clusters.</summary>
    public ContingencyTable Table { get; }

    /// <summary>
    /// The one-to-one matching of <see cref="HungarianAccuracy"/>, in the order of classes. It omits unmatched classes and clusters.
    /// </summary>
    public IReadOnlyList<ClusterMatch> Matching { get; }

    /// <summary>The number of scored rows, at least 1.</summary>
    public int Rows => Table.RowCount;

    /// <summary>The number of rows excluded because their label is missing.</summary>
    public long RowsWithoutLabel { get; internal init; }

    /// <summary>The number of rows excluded because they have a label but no cluster.</summary>
    public long RowsWithoutCluster { get; internal init; }

    /// <summary>
    /// Mutual information corrected for chance, arithmetic mean: 0 for independent partitions on average, 1 for equal ones. At most 1,
    /// higher is better.
    /// </summary>
    public double AdjustedMutualInformation => Required();

    /// <summary>Adjusted mutual information with the larger entropy as normaliser. At most 1, higher is better.</summary>
    public double AdjustedMutualInformationMax => Required();

    /// <summary>Adjusted mutual information with the geometric mean. At most 1, higher is better.</summary>
    public double AdjustedMutualInformationGeometric => Required();

    /// <summary>Adjusted mutual information with the smaller entropy as normaliser. At most 1, higher is better.</summary>
    public double AdjustedMutualInformationMin => Required();

    /// <summary>
    /// Agreement over pairs of rows corrected for chance: 0 for independent partitions on average, 1 for equal ones. -0.5 to 1, higher is
    /// better.
    /// </summary>
    public double AdjustedRandIndex => Required();

    /// <summary>Fraction of rows in the cluster matched to their class, one cluster per class. 0 to 1, higher is better.</summary>
    public double HungarianAccuracy => Required();

    /// <summary>
    /// Mutual information over the arithmetic mean of the entropies, not corrected for chance. 0 to 1, higher is better.
    /// </summary>
    public double NormalizedMutualInformation => Required();

    /// <summary>Normalised mutual information with the larger entropy as normaliser. 0 to 1, higher is better.</summary>
    public double NormalizedMutualInformationMax => Required();

    /// <summary>Normalised mutual information with the geometric mean. 0 to 1, higher is better.</summary>
    public double NormalizedMutualInformationGeometric => Required();

    /// <summary>Normalised mutual information with the smaller entropy as normaliser. 0 to 1, higher is better.</summary>
    public double NormalizedMutualInformationMin => Required();

    /// <summary>1 if each cluster holds only one class; called NormalizedMutualInformation by ML.NET. 0 to 1, higher is better.</summary>
    public double Homogeneity => Required();

    /// <summary>1 if each class lies in one cluster. 0 to 1, higher is better.</summary>
    public double Completeness => Required();

    /// <summary>Harmonic mean of homogeneity and completeness. 0 to 1, higher is better.</summary>
    public double VMeasure => Required();

    /// <summary>Fraction of rows in the largest class of their cluster. 0 to 1, higher is better.</summary>
    public double Purity => Required();

    /// <summary>Geometric mean of pair precision and pair recall. 0 to 1, higher is better.</summary>
    public double FowlkesMallows => Required();

    /// <summary>Fraction of pairs of rows on which the partitions agree, not corrected for chance. 0 to 1, higher is better.</summary>
    public double RandIndex => Required();

    /// <summary>Fraction of pairs with the same cluster that have the same class. 0 to 1, higher is better.</summary>
    public double PairPrecision => Required();

    /// <summary>Fraction of pairs with the same class that have the same cluster. 0 to 1, higher is better.</summary>
    public double PairRecall => Required();

    /// <summary>Harmonic mean of pair precision and pair recall. 0 to 1, higher is better.</summary>
    public double PairF1 => Required();

    /// <summary>Information about the classes in the clusters, in nats. 0 to log N, higher is better.</summary>
    public double MutualInformation => Required();

    /// <summary>Distance between the partitions in nats, 0 for equal ones. 0 to log N, lower is better.</summary>
    public double VariationOfInformation => Required();

    /// <summary>How much closer rows are to their own cluster than to the next one. -1 to 1, higher is better.</summary>
    public double? Silhouette => Optional();

    /// <summary>
    /// The number of rows in the <see cref="Silhouette"/>; less than <see cref="Rows"/> for a sample, which is the default above 20,000
    /// rows. Null without silhouette.
    /// </summary>
    public int? SilhouetteRows { get; }

    /// <summary>
    /// Spread of clusters relative to the distance between their centroids, for the worst pair of each. 0 or more, lower is better.
    /// </summary>
    public double? DaviesBouldin => Optional();

    /// <summary>Variance between clusters relative to the variance within. 0 or more, higher is better.</summary>
    public double? CalinskiHarabasz => Optional();

    /// <summary>Sum of squared distances to the centroid of the cluster, which k-means minimises. 0 or more, lower is better.</summary>
    public double? Inertia => Optional();

    /// <summary>The mean silhouette of each cluster by name, -1 to 1; null if <see cref="Silhouette"/> is.</summary>
    public IReadOnlyDictionary<string, double>? SilhouetteByCluster { get; }

    /// <summary>The defined scores by name.</summary>
    public IReadOnlyDictionary<string, double> ToDictionary() =>
        ClusteringScore.All.Where(score => score.Value(this) is not null)
            .ToDictionary(score => score.Name, score => score.Value(this)!.Value);

    /// <summary>
    /// All results as JSON: <c>rows</c>, <c>rowsWithoutLabel</c>, <c>rowsWithoutCluster</c>, <c>scores</c>, <c>silhouetteRows</c>,
    /// <c>silhouetteByCluster</c>, <c>matching</c>, <c>classes</c>, <c>clusters</c> and the non-zero <c>cells</c> of the contingency
    /// table as [class, cluster, rows], indices into the two lists.
    /// </summary>
    /// <param name="indented">Whether to indent.</param>
    public string ToJson(bool indented = false)
    {
        var content = new
        {
            rows = Rows,
            rowsWithoutLabel = RowsWithoutLabel,
            rowsWithoutCluster = RowsWithoutCluster,
            scores = ToDictionary(),
            silhouetteRows = SilhouetteRows,
            silhouetteByCluster = SilhouetteByCluster,
            matching = Matching.Select(match => new { cluster = match.Cluster, @class = match.Class, rows = match.Rows }),
            classes = Enumerable.Range(0, Table.ClassCount).Select(Table.ClassName),
            clusters = Enumerable.Range(0, Table.ClusterCount).Select(Table.ClusterName),
            cells = Table.Cells.Select(cell => new[] { cell.Class, cell.Cluster, cell.Count }),
        };
        return JsonSerializer.Serialize(content, indented ? Indented : JsonSerializerOptions.Default);
    }

    /// <summary>A line about the rows, followed by a table of the scores.</summary>
    public override string ToString()
    {
        string left = (RowsWithoutLabel, RowsWithoutCluster) switch
        {
            (0, 0) => "",
            (_, 0) => $"; {RowsWithoutLabel} without a label left out",
            (0, _) => $"; {RowsWithoutCluster} without a cluster left out",
            _ => $"; {RowsWithoutLabel} without a label and {RowsWithoutCluster} without a cluster left out",
        };
        var table = new TextTable(["score", "value", "range", "better"]);
        foreach (ClusteringScore score in ClusteringScore.All)
        {
            if (score.Value(this) is { } value)
                table.Add([score.Name, TextTable.Real(value), score.Range, score.MoreIsBetter ? "more" : "less"]);
        }
        string sample = SilhouetteRows < Rows ? $"; silhouette of a sample of {SilhouetteRows} rows" : "";
        return $"{Rows} rows, {Table.ClassCount} classes, {Table.ClusterCount} clusters{left}{sample}{Environment.NewLine}{table}";
    }

    internal double? this[ClusteringScore score] => _scores[score.Name];

    private double Required([CallerMemberName] string name = "") => _scores[name]!.Value;

    private double? Optional([CallerMemberName] string name = "") => _scores[name];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
