namespace Disentangle.ML.Evaluators;

/// <summary>
/// The quality of a clustering, judged without the labels it should recover. <see cref="UnsupervisedScore.All"/> lists the scores with
/// their range and meaning. A score is null if what it needs is missing: other clusterings of the same rows, coarse classes, or neighbours
/// in the input.
/// </summary>
public sealed record UnsupervisedQuality
{
    internal UnsupervisedQuality(int[] clusters, double? stability, ReadOnlySpan<int> classes, NeighborGraph? graph)
    {
        Stability = stability;
        NeighborKappa = graph is null ? null : ClusteringMetrics.NeighborKappa(graph, clusters);
        if (classes.IsEmpty)
            return;
        NeighborKappaWithin = graph is null ? null : ClusteringMetrics.NeighborKappaWithin(graph, clusters, classes);
        ContingencyTable table = Labelled(classes, clusters);
        CoarsePurity = ClusteringMetrics.Purity(table);
        // One cell per class.
        RepeatsClasses = table.CellCounts.Length == table.ClassCount;
    }

    /// <summary>The mean adjusted mutual information with the other clusterings of the same rows. At most 1.</summary>
    public double? Stability { get; }

    /// <summary>See <see cref="ClusteringMetrics.NeighborKappa"/>. At most 1.</summary>
    public double? NeighborKappa { get; }

    /// <summary>See <see cref="ClusteringMetrics.NeighborKappaWithin"/>. At most 1.</summary>
    public double? NeighborKappaWithin { get; }

    /// <summary>The fraction of rows in the largest coarse class of their cluster. 0 to 1.</summary>
    public double? CoarsePurity { get; }

    /// <summary>Whether each coarse class lies in one cluster, so that the clusters add nothing to the label.</summary>
    public bool RepeatsClasses { get; }

    /// <summary><see cref="Stability"/> times <see cref="CoarsePurity"/>; 0 if <see cref="RepeatsClasses"/>. At most 1.</summary>
    public double? StabilityTimesPurity => RepeatsClasses ? 0 * Stability : Stability * CoarsePurity;

    /// <summary><see cref="NeighborKappaWithin"/> times <see cref="CoarsePurity"/>. At most 1.</summary>
    public double? KappaWithinTimesPurity => NeighborKappaWithin * CoarsePurity;

    /// <summary>
    /// <see cref="Stability"/> times <see cref="NeighborKappaWithin"/>, or times <see cref="NeighborKappa"/> without coarse classes. At
    /// most 1.
    /// </summary>
    public double? StabilityTimesKappa => Stability * (NeighborKappaWithin ?? NeighborKappa);

    private static ContingencyTable Labelled(ReadOnlySpan<int> classes, int[] clusters)
    {
        var (labels, labelled) = (new List<int>(), new List<int>());
        for (int row = 0; row < clusters.Length; row++)
        {
            if (classes[row] < 0)
                continue;
            labels.Add(classes[row]);
            labelled.Add(clusters[row]);
        }
        return labels.Count > 0
            ? ContingencyTable.Create([.. labels], [.. labelled])
            : throw new ArgumentException("No row has a coarse class; purity needs at least one.", nameof(classes));
    }
}
