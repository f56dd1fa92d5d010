using System.Text.Json;

namespace Disentangle.ML.Evaluators;

/// <summary>A cluster and the class matched to it.</summary>
/// <param name="Cluster">The name of the cluster.</param>
/// <param name="Class">The name of the class.</param>
/// <param name="Rows">The rows they share, at least 1.</param>
public readonly record struct ClusterMatch(string Cluster, string Class, int Rows);

/// <summary>
/// How well clusters agree with labels and, where features were given, how well they are separated. <see cref="ClusteringScore.All"/> lists the scores
/// with their range and meaning, <see cref="ToString"/> prints them. The scores of separation are null without features and where they do not exist:
/// silhouette, Davies-Bouldin and Calinski-Harabasz need 2 to N - 1 clusters, the silhouette among its sample.
/// </summary>
public sealed class ClusteringQuality
{
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
        AdjustedMutualInformation = ClusteringMetrics.AdjustedMutualInformation(table);
        AdjustedMutualInformationMax = ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Max);
        AdjustedMutualInformationGeometric = ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Geometric);
        AdjustedMutualInformationMin = ClusteringMetrics.AdjustedMutualInformation(table, EntropyMean.Min);
        AdjustedRandIndex = ClusteringMetrics.AdjustedRandIndex(table);
        HungarianAccuracy = ClusteringMetrics.HungarianAccuracy(table);
        NormalizedMutualInformation = ClusteringMetrics.NormalizedMutualInformation(table);
        NormalizedMutualInformationMax = ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Max);
        NormalizedMutualInformationGeometric = ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Geometric);
        NormalizedMutualInformationMin = ClusteringMetrics.NormalizedMutualInformation(table, EntropyMean.Min);
        Homogeneity = ClusteringMetrics.Homogeneity(table);
        Completeness = ClusteringMetrics.Completeness(table);
        VMeasure = ClusteringMetrics.VMeasure(table);
        Purity = ClusteringMetrics.Purity(table);
        FowlkesMallows = ClusteringMetrics.FowlkesMallows(table);
        RandIndex = ClusteringMetrics.RandIndex(table);
        PairPrecision = ClusteringMetrics.PairPrecision(table);
        PairRecall = ClusteringMetrics.PairRecall(table);
        PairF1 = ClusteringMetrics.PairF1(table);
        MutualInformation = ClusteringMetrics.MutualInformation(table);
        VariationOfInformation = ClusteringMetrics.VariationOfInformation(table);
        (Inertia, DaviesBouldin, CalinskiHarabasz) = (separation?.Inertia, separation?.DaviesBouldin, separation?.CalinskiHarabasz);
        Silhouette = separation?.Silhouette?.Mean;
        SilhouetteRows = separation?.Silhouette?.Rows.Count;
        SilhouetteByCluster = separation?.Silhouette?.Clusters.ToDictionary(pair => table.NameOfClusterValue(pair.Key), pair => pair.Value);
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
    /// The one-to-one matching behind <see cref="HungarianAccuracy"/>, in the order of classes. Classes and clusters left over are not in it.
    /// </summary>
    public IReadOnlyList<ClusterMatch> Matching { get; }

    /// <summary>The rows that were scored, at least 1.</summary>
    public int Rows => Table.RowCount;

    /// <summary>The rows left out because their label is missing.</summary>
    public long RowsWithoutLabel { get; internal init; }

    /// <summary>The rows left out because they have a label but no cluster.</summary>
    public long RowsWithoutCluster { get; internal init; }

    /// <summary>
    /// Mutual information corrected for chance, arithmetic mean: 0 for independent partitions on average, 1 for equal ones. At most 1, more is better.
    /// </summary>
    public double AdjustedMutualInformation { get; }

    /// <summary>Adjusted mutual information with the larger entropy as normaliser. At most 1, more is better.</summary>
    public double AdjustedMutualInformationMax { get; }

    /// <summary>Adjusted mutual information with the geometric mean. At most 1, more is better.</summary>
    public double AdjustedMutualInformationGeometric { get; }

    /// <summary>Adjusted mutual information with the smaller entropy as normaliser. At most 1, more is better.</summary>
    public double AdjustedMutualInformationMin { get; }

    /// <summary>
    /// Agreement over pairs of rows corrected for chance: 0 for independent partitions on average, 1 for equal ones. -0.5 to 1, more is better.
    /// </summary>
    public double AdjustedRandIndex { get; }

    /// <summary>Share of rows in the cluster matched to their class, one cluster for one class. 0 to 1, more is better.</summary>
    public double HungarianAccuracy { get; }

    /// <summary>Mutual information over the arithmetic mean of the entropies, not corrected for chance. 0 to 1, more is better.</summary>
    public double NormalizedMutualInformation { get; }

    /// <summary>Normalised mutual information with the larger entropy as normaliser. 0 to 1, more is better.</summary>
    public double NormalizedMutualInformationMax { get; }

    /// <summary>Normalised mutual information with the geometric mean. 0 to 1, more is better.</summary>
    public double NormalizedMutualInformationGeometric { get; }

    /// <summary>Normalised mutual information with the smaller entropy as normaliser. 0 to 1, more is better.</summary>
    public double NormalizedMutualInformationMin { get; }

    /// <summary>1 when each cluster holds one class only; what ML.NET calls NormalizedMutualInformation. 0 to 1, more is better.</summary>
    public double Homogeneity { get; }

    /// <summary>1 when each class lies in one cluster. 0 to 1, more is better.</summary>
    public double Completeness { get; }

    /// <summary>Harmonic mean of homogeneity and completeness. 0 to 1, more is better.</summary>
    public double VMeasure { get; }

    /// <summary>Share of rows in the largest class of their cluster. 0 to 1, more is better.</summary>
    public double Purity { get; }

    /// <summary>Geometric mean of pair precision and pair recall. 0 to 1, more is better.</summary>
    public double FowlkesMallows { get; }

    /// <summary>Share of pairs of rows on which the partitions agree, not corrected for chance. 0 to 1, more is better.</summary>
    public double RandIndex { get; }

    /// <summary>Of the pairs in one cluster, the share in one class. 0 to 1, more is better.</summary>
    public double PairPrecision { get; }

    /// <summary>Of the pairs in one class, the share in one cluster. 0 to 1, more is better.</summary>
    public double PairRecall { get; }

    /// <summary>Harmonic mean of pair precision and pair recall. 0 to 1, more is better.</summary>
    public double PairF1 { get; }

    /// <summary>Information that the clusters give about the classes, in nats. 0 to log N, more is better.</summary>
    public double MutualInformation { get; }

    /// <summary>Distance of the partitions in nats, 0 for equal ones. 0 to log N, less is better.</summary>
    public double VariationOfInformation { get; }

    /// <summary>How much nearer rows are to their own cluster than to the next one. -1 to 1, more is better.</summary>
    public double? Silhouette { get; }

    /// <summary>
    /// The number of rows that <see cref="Silhouette"/> was computed of: fewer than <see cref="Rows"/> where it is of a sample, as by
    /// default of more than 20,000 rows; null where there is none.
    /// </summary>
    public int? SilhouetteRows { get; }

    /// <summary>Spread of clusters against the distance of their centroids, worst pair of each. 0 or more, less is better.</summary>
    public double? DaviesBouldin { get; }

    /// <summary>Variance between clusters against variance within. 0 or more, more is better.</summary>
    public double? CalinskiHarabasz { get; }

    /// <summary>Sum of squared distances to the centroid of the cluster, what k-means minimises. 0 or more, less is better.</summary>
    public double? Inertia { get; }

    /// <summary>The mean silhouette of each cluster, by its name, -1 to 1; null where <see cref="Silhouette"/> is.</summary>
    public IReadOnlyDictionary<string, double>? SilhouetteByCluster { get; }

    /// <summary>The scores that exist, by their names.</summary>
    public IReadOnlyDictionary<string, double> ToDictionary() =>
        ClusteringScore.All.Where(score => score.Value(this) is not null).ToDictionary(score => score.Name, score => score.Value(this)!.Value);

    /// <summary>
    /// All as JSON: <c>rows</c>, <c>rowsWithoutLabel</c>, <c>rowsWithoutCluster</c>, <c>scores</c>, <c>silhouetteRows</c>,
    /// <c>silhouetteByCluster</c>, <c>matching</c>, <c>classes</c>, <c>clusters</c> and the non-zero <c>cells</c> of the contingency
    /// table as [class, cluster, rows], indices into the two lists.
    /// </summary>
    /// <param name="indented">Whether to break lines.</param>
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

    /// <summary>The scores as a table, after a line on the rows.</summary>
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

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
