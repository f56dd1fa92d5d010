namespace Disentangle.ML.Evaluators;

/// <summary>Scores of clusterings of the same rows, without the labels they should recover.</summary>
/// <example><code>
/// Three clusterings of four rows by encoders with three seeds, without coarse classes or neighbours: only stability.
/// var evaluation = UnsupervisedEvaluation.Create([[0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 1, 2]]);
/// Console.WriteLine(evaluation);
/// </code></example>
public sealed class UnsupervisedEvaluation
{
    private UnsupervisedEvaluation(int rows, long rowsWithoutCluster, NeighborGraph? graph, IReadOnlyList<UnsupervisedQuality> clusterings)
    {
        (Rows, RowsWithoutCluster, Neighbors, Clusterings) = (rows, rowsWithoutCluster, graph, clusterings);
        Summaries = UnsupervisedScore.All.Where(score => score.Value(clusterings[0]) is not null)
            .ToDictionary(score => score.Name, score => ScoreSummary.Of([.. clusterings.Select(quality => score.Value(quality)!.Value)]));
    }

    /// <summary>The number of scored rows, at least 1.</summary>
    public int Rows { get; }

    /// <summary>The number of rows excluded because a clustering has no cluster for them.</summary>
    public long RowsWithoutCluster { get; }

    /// <summary>The neighbours in the input, or null.</summary>
    public NeighborGraph? Neighbors { get; }

    /// <summary>The scores of each clustering in the order given; at least one.</summary>
    public IReadOnlyList<UnsupervisedQuality> Clusterings { get; }

    /// <summary>The mean, standard deviation and best value over the clusterings by score name, for all defined scores.</summary>
    public IReadOnlyDictionary<string, ScoreSummary> Summaries { get; }

    /// <summary>Scores clusterings of the same rows.</summary>
    /// <param name="clusterings">
    /// The cluster of each row, any integers, with the same rows in the same order in every clustering. A single clustering has no
    /// stability.
    /// </param>
    /// <param name="classes">The coarse class of each row; negative if missing. Empty for none.</param>
    /// <param name="graph">The mutual neighbours of the rows in the input, or null for none.</param>
    /// <exception cref="ArgumentException">
    /// There is no clustering; the numbers of rows differ; no row has a class; or no two mutual neighbours have the same class.
    /// </exception>
    public static UnsupervisedEvaluation Create(
        IReadOnlyList<int[]> clusterings, ReadOnlySpan<int> classes = default, NeighborGraph? graph = null) =>
        Create(clusterings, classes, graph, rowsWithoutCluster: 0);

    internal static UnsupervisedEvaluation Create(
        IReadOnlyList<int[]> clusterings, ReadOnlySpan<int> classes, NeighborGraph? graph, long rowsWithoutCluster)
    {
        ArgumentNullException.ThrowIfNull(clusterings);
        if (clusterings.Count == 0 || clusterings[0].Length == 0)
            throw new ArgumentException("clusterings is empty or has no rows; there must be at least one clustering with a row.",
                nameof(clusterings));
        int rows = clusterings[0].Length;
        for (int i = 1; i < clusterings.Count; i++)
        {
            if (clusterings[i].Length != rows)
            {
                throw new ArgumentException($"Clustering {i} (from 0) has {clusterings[i].Length} rows, but the first has {rows}; "
                    + "all must have the same rows.", nameof(clusterings));
            }
        }
        if (!classes.IsEmpty && classes.Length != rows)
            throw new ArgumentException($"There are {classes.Length} coarse classes for {rows} rows; there must be one per row.",
                nameof(classes));
        double[]? stabilities = clusterings.Count == 1 ? null
            : ClusteringMetrics.WithOthers(ClusteringMetrics.PairAgreements(clusterings));
        var qualities = new UnsupervisedQuality[clusterings.Count];
        for (int i = 0; i < qualities.Length; i++)
            qualities[i] = new(clusterings[i], stabilities?[i], classes, graph);
        return new(rows, rowsWithoutCluster, graph, qualities);
    }

    /// <summary>A line about the rows, followed by a table of the mean, standard deviation and best value of each score.</summary>
    public override string ToString()
    {
        var table = new TextTable(["score", "mean", "deviation", "best", ""]);
        foreach (UnsupervisedScore score in UnsupervisedScore.All)
        {
            if (Summaries.TryGetValue(score.Name, out ScoreSummary summary))
            {
                table.Add(
                [
                    score.Name, TextTable.Real(summary.Mean), TextTable.Real(summary.StandardDeviation), TextTable.Real(summary.Best),
                    score.Meaning,
                ]);
            }
        }
        string graph = Neighbors is null ? "" : $"; {Neighbors}";
        string left = RowsWithoutCluster == 0 ? "" : $"; {RowsWithoutCluster} without a cluster left out";
        return $"{Rows} rows, {Clusterings.Count} clusterings{left}{graph}{Environment.NewLine}{table}";
    }
}
