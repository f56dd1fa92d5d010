using Disentangle.ML.Tensors.Threading;
using Microsoft.ML;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// Fits clusterings with several numbers of clusters to samples of the rows, and scores them on all rows without labels.
/// </summary>
internal sealed class ClusterCountSearch
{
    private readonly ClusterCountOptions _options;
    private readonly float[] _points;
    private readonly int _size;
    private readonly int _rows;
    private readonly FeatureRows _all;
    private readonly int _allRows;
    private readonly int[][] _shares;
    private readonly NeighborGraph _graph;

    public ClusterCountSearch(IDataView data, string featureColumnName, string? inputColumnName, ClusterCountOptions options)
    {
        options.Validate();
        _options = options;
        (float[] points, _size) = UnsupervisedEvaluator.Vectors(data, featureColumnName);
        _allRows = points.Length / _size;
        int[] sample = Sample(_allRows, options.MaximumRows, options.Seed);
        _rows = sample.Length;
        _points = UnsupervisedEvaluator.Rows(points, _size, sample);
        _all = new FeatureRows(_points, _size);
        int share = (int)Math.Round(options.Share * _rows);
        int most = options.ClusterCounts.Max();
        _shares = [.. Enumerable.Range(0, options.Runs).Select(run => Sample(_rows, share, options.Seed + run))];
        // KMeans needs at least as many distinct rows as clusters.
        int different = _shares.Min(rows => _all.Select(rows).CountDistinct(most));
        if (different < most)
        {
            throw new InvalidDataException($"{most} clusters need at least {most} distinct rows to fit KMeans; "
                + $"column '{featureColumnName}' has {_rows} rows, and a sample of {share} has only {different} distinct rows.");
        }
        (float[] input, int width) = inputColumnName is null ? (points, _size) : UnsupervisedEvaluator.Vectors(data, inputColumnName);
        _graph = NeighborGraph.Create<float>(UnsupervisedEvaluator.Rows(input, width, sample), _rows,
            new() { Neighbors = options.Neighbors, MaximumRows = options.MaximumRows, Threads = options.Threads });
    }

    public ClusterCountChoice Run() =>
        new([.. _options.ClusterCounts.Distinct().Order().Select(Score)], _rows, _allRows, _options);

    private ClusterCountScores Score(int count)
    {
        var clusterings = new int[_options.Runs][];
        var inertias = new double[_options.Runs];
        ParallelBlocks.Run(_options.Runs, _options.Threads, CancellationToken.None, run =>
            (clusterings[run], inertias[run]) = Cluster(count, run));
        double[] stabilities = ClusteringMetrics.WithOthers(ClusteringMetrics.PairAgreements(clusterings));
        double[] modularities = [.. clusterings.Select(clusters => ClusteringMetrics.NeighborModularity(_graph, clusters))];
        double[] silhouettes = [.. clusterings.Select(Silhouette).OfType<double>()];
        return new(
            count,
            ScoreSummary.Of([.. stabilities.Zip(modularities, (stability, modularity) => stability * modularity)]),
            ScoreSummary.Of(stabilities),
            ScoreSummary.Of(modularities),
            ScoreSummary.Of([.. clusterings.Select(clusters => ClusteringMetrics.NeighborKappa(_graph, clusters))]),
            silhouettes.Length < clusterings.Length ? null : ScoreSummary.Of(silhouettes),
            ScoreSummary.Of(inertias, moreIsBetter: false));
    }

    /// <summary>The cluster of each row and the mean squared distance to the nearest centroid.</summary>
    private (int[] Clusters, double Inertia) Cluster(int count, int run)
    {
        (KMeansFit fit, _) = KMeansRuns.Least(_all.Select(_shares[run]), "Features", count,
            (_options.Seed + run * _options.Restarts, _options.Restarts), _options.Configure, threads: 1, CancellationToken.None);
        (int[] clusters, double inertia) = fit.Centroids.Assign(_all);
        return (clusters, inertia / clusters.Length);
    }

    private double? Silhouette(int[] clusters)
    {
        ClusteredPoints points = ClusteringMetrics.SilhouettePoints<float>(_points, clusters, _options.Silhouette);
        return ClusteringMetrics.AreComparable(points)
            ? Evaluators.Silhouette.Compute(points, _options.Silhouette.Distance, _options.Silhouette.Threads).Mean
            : null;
    }

    private static int[] Sample(int rows, int size, int seed)
    {
        int[] sample = RowSample.Draw(rows, size, seed) ?? [.. Enumerable.Range(0, rows)];
        Array.Sort(sample);
        return sample;
    }
}
