using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators;

/// <summary>Clusters shares of the rows into several numbers of clusters, and scores the clusterings of all rows without labels.</summary>
internal sealed class ClusterCountSearch
{
    private const string Features = "Features";

    private static readonly EqualityComparer<float[]> Same = EqualityComparer<float[]>.Create(
        (x, y) => x.AsSpan().SequenceEqual(y), x => x!.Aggregate(0, HashCode.Combine));

    private readonly ClusterCountOptions _options;
    private readonly float[] _points;
    private readonly int _size;
    private readonly int _rows;
    private readonly Row[] _all;
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
        _all = [.. _points.Chunk(_size).Select(point => new Row { Features = point })];
        int share = (int)Math.Round(options.Share * _rows);
        int most = options.ClusterCounts.Max();
        _shares = [.. Enumerable.Range(0, options.Runs).Select(run => Sample(_rows, share, options.Seed + run))];
        // KMeans begins with as many different rows as clusters.
        int different = _shares.Min(rows => rows.Select(row => _all[row].Features).Distinct(Same).Take(most).Count());
        if (different < most)
        {
            throw new ArgumentException($"{most} clusters need as many different rows to fit KMeans to; "
                + $"column '{featureColumnName}' has {_rows} rows, and of the {share} that a clustering sees {different} differ.");
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
        Parallel.For(0, _options.Runs, new ParallelOptions { MaxDegreeOfParallelism = _options.Threads }, run =>
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

    private (int[] Clusters, double Inertia) Cluster(int count, int run)
    {
        // A view each: a view may not be read by several threads at once.
        IDataView fitted = View(UnsupervisedEvaluator.Rows(_all, 1, _shares[run])), all = View(_all);
        (ITransformer Model, double Inertia)? least = null;
        for (int restart = 0; restart < _options.Restarts; restart++)
        {
            var fit = KMeansRestarts.Fit(fitted, Features, count, _options.Seed + run * _options.Restarts + restart, options =>
            {
                options.NumberOfThreads = 1;
                _options.Configure?.Invoke(options);
            });
            if (least is null || fit.Inertia < least.Value.Inertia)
                least = fit;
        }
        return Assign(least!.Value.Model.Transform(all));
    }

    /// <summary>The cluster of each row and the mean squared distance to the nearest centroid.</summary>
    private static (int[] Clusters, double Inertia) Assign(IDataView clustered)
    {
        DataViewSchema.Column cluster = clustered.Schema["PredictedLabel"], score = clustered.Schema["Score"];
        using DataViewRowCursor cursor = clustered.GetRowCursor([cluster, score]);
        ValueGetter<uint> getCluster = cursor.GetGetter<uint>(cluster);
        ValueGetter<VBuffer<float>> getScore = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> distances = default;
        uint number = 0;
        double sum = 0;
        var clusters = new List<int>();
        while (cursor.MoveNext())
        {
            getCluster(ref number);
            getScore(ref distances);
            clusters.Add((int)number);
            sum += distances.DenseValues().Min();
        }
        return ([.. clusters], sum / clusters.Count);
    }

    private double? Silhouette(int[] clusters)
    {
        PointSet points = ClusteringMetrics.SilhouettePoints<float>(_points, clusters, _options.Silhouette);
        return ClusteringMetrics.AreComparable(points)
            ? Evaluators.Silhouette.Compute(points, _options.Silhouette.Distance, _options.Silhouette.Threads).Mean
            : null;
    }

    private IDataView View(Row[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, _size);
        return new MLContext(_options.Seed).Data.LoadFromEnumerable(rows, schema);
    }

    private static int[] Sample(int rows, int size, int seed)
    {
        int[] sample = RowSample.Draw(rows, size, seed) ?? [.. Enumerable.Range(0, rows)];
        Array.Sort(sample);
        return sample;
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
