namespace Disentangle.ML.Evaluators;

/// <summary>The scores of a clustering that use points instead of labels.</summary>
internal sealed record Separation(double Inertia, double? DaviesBouldin, double? CalinskiHarabasz, SilhouetteScores? Silhouette)
{
    public static Separation Of(ReadOnlySpan<float> points, ReadOnlySpan<int> clusters, SilhouetteOptions options)
    {
        ClusteredPoints set = ClusteredPoints.Create(points, clusters).Centre();
        bool comparable = ClusteringMetrics.AreComparable(set);
        ClusteredPoints sample = ClusteringMetrics.SilhouettePoints(points, clusters, options);
        return new(
            ClusteringMetrics.Inertia(set),
            comparable ? ClusteringMetrics.DaviesBouldin(set) : null,
            comparable ? ClusteringMetrics.CalinskiHarabasz(set) : null,
            ClusteringMetrics.AreComparable(sample) ? Evaluators.Silhouette.Compute(sample, options.Distance, options.Threads) : null);
    }
}
