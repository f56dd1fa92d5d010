using System.Numerics.Tensors;
using Microsoft.ML;

namespace Disentangle.ML.Evaluators;

/// <summary>Reads the rows once and describes their clusters.</summary>
internal sealed class ClusterDescriber
{
    private readonly ClusterDescriptionOptions _options;
    private readonly List<int> _rows = [];
    private readonly int[] _clusters;
    private readonly string[] _clusterNames;
    private readonly int[] _sizes;
    private readonly int _rowsWithoutCluster;
    private readonly (string Column, LabelList Labels)[] _labels;
    private readonly LabelList? _ids;
    private readonly FeatureRows? _embedding;
    private readonly List<FeatureDifference>[] _differences;

    private ClusterDescriber(
        IDataView data, IReadOnlyList<string> featureColumnNames, IReadOnlyList<string> labelColumnNames, string clusterColumnName,
        string? embeddingColumnName, string? rowNameColumnName, ClusterDescriptionOptions options)
    {
        _options = options;
        DataViewSchema.Column Named(string name) => ClusteringEvaluator.Column(data, name);
        DataViewSchema.Column cluster = Named(clusterColumnName);
        DataViewSchema.Column[] features = [.. featureColumnNames.Select(Named)], labels = [.. labelColumnNames.Select(Named)];
        DataViewSchema.Column? embedding = embeddingColumnName is null ? null : ClusteringEvaluator.VectorColumn(data, embeddingColumnName);
        DataViewSchema.Column? id = rowNameColumnName is null ? null : Named(rowNameColumnName);
        DataViewSchema.Column[] needed = [cluster, .. features, .. labels, .. new[] { embedding, id }.OfType<DataViewSchema.Column>()];

        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        LabelColumn clusterReader = LabelColumn.Open(cursor, cluster);
        DescribedColumn[] featureReaders = [.. features.Select(column => DescribedColumn.Open(cursor, column))];
        LabelColumn[] labelReaders = [.. labels.Select(column => LabelColumn.Open(cursor, column))];
        VectorReader? embeddingReader = embedding is { } vector ? new(cursor, vector) : null;
        LabelColumn? idReader = id is { } names ? LabelColumn.Open(cursor, names) : null;
        var (clusters, ids) = (new List<int>(), new List<int>());
        List<int>[] labelLists = [.. labels.Select(_ => new List<int>())];
        for (int row = 0; cursor.MoveNext(); row++)
        {
            int number = clusterReader.Read();
            if (number == LabelColumn.Missing)
            {
                _rowsWithoutCluster++;
                continue;
            }
            _rows.Add(row);
            clusters.Add(number);
            foreach (DescribedColumn reader in featureReaders)
                reader.Read(number);
            for (int i = 0; i < labelReaders.Length; i++)
                labelLists[i].Add(labelReaders[i].Read());
            embeddingReader?.Read();
            if (idReader is not null)
                ids.Add(idReader.Read());
        }
        if (clusters.Count == 0)
        {
            throw new InvalidDataException(_rowsWithoutCluster == 0 ? "The data have no rows; a description needs at least one."
                : $"No row has a cluster: '{clusterColumnName}' is missing in all {_rowsWithoutCluster} rows.");
        }

        (int[] sorted, _clusterNames) = LabelList.Of(clusterReader, clusters);
        _clusters = sorted;
        _sizes = new int[_clusterNames.Length];
        foreach (int place in sorted)
            _sizes[place]++;
        _labels = [.. labelLists.Select((list, i) => (labelColumnNames[i], LabelList.Of(labelReaders[i], list)))];
        _ids = idReader is null ? null : LabelList.Of(idReader, ids);
        _embedding = embeddingReader?.ToRows();
        _differences = Compare(featureReaders, clusterReader.Sort().Place);
    }

    public static ClusterDescriptions Describe(
        IDataView data, IReadOnlyList<string> featureColumnNames, IReadOnlyList<string> labelColumnNames, string clusterColumnName,
        string? embeddingColumnName, string? rowNameColumnName, ClusterDescriptionOptions options)
    {
        options.Validate();
        var describer = new ClusterDescriber(
            data, featureColumnNames, labelColumnNames, clusterColumnName, embeddingColumnName, rowNameColumnName, options);
        return describer.Describe();
    }

    /// <summary>The features that differ most, for each cluster.</summary>
    /// <param name="columns">What was read, by the number of a cluster in the order of appearance.</param>
    /// <param name="place">The place of each of these numbers in the order of the clusters.</param>
    private List<FeatureDifference>[] Compare(DescribedColumn[] columns, int[] place)
    {
        PriorityQueue<FeatureDifference, (double, int)>[] greatest =
            [.. place.Select(_ => new PriorityQueue<FeatureDifference, (double, int)>())];
        int order = 0;
        foreach ((string name, Moments[] clusters, double unit) in columns.SelectMany(column => column.Features(place.Length)))
        {
            order--;
            Moments[] others = Moments.OfOthers(clusters);
            for (int number = 0; number < clusters.Length; number++)
            {
                if (clusters[number].Count < _options.FewestRows || others[number].Count < _options.FewestRows)
                    continue;
                FeatureDifference difference = FeatureDifference.Of(name, clusters[number], others[number], unit, _options.Confidence);
                PriorityQueue<FeatureDifference, (double, int)> kept = greatest[place[number]];
                kept.Enqueue(difference, (Math.Abs(difference.Difference), order));
                if (kept.Count > _options.Features)
                    kept.Dequeue();
            }
        }
        return [.. greatest.Select(queue =>
        {
            var ascending = new List<FeatureDifference>();
            while (queue.TryDequeue(out FeatureDifference? difference, out _))
                ascending.Add(difference);
            ascending.Reverse();
            return ascending;
        })];
    }

    private ClusterDescriptions Describe()
    {
        Centroids? means = _embedding is null ? null : Means(_embedding);
        (ClusterRow[] Typical, ClusterRow[] Doubtful)[]? examples = means is null ? null : Examples(_embedding!, means);
        var descriptions = new ClusterDescription[_sizes.Length];
        for (int cluster = 0; cluster < _sizes.Length; cluster++)
        {
            (int nearest, double distance) = means is null || means.Count == 1 ? (-1, 0) : Nearest(means, cluster);
            descriptions[cluster] = new(
                _clusterNames[cluster], _sizes[cluster], (double)_sizes[cluster] / _clusters.Length, [.. _labels.Select(LabelsOf)],
                _differences[cluster], nearest < 0 ? null : _clusterNames[nearest], nearest < 0 ? null : distance,
                examples?[cluster].Typical ?? [], examples?[cluster].Doubtful ?? []);

            ClusterLabels LabelsOf((string Column, LabelList Labels) label) => Shares(label.Column, label.Labels, cluster);
        }
        return new(_clusters.Length, _rowsWithoutCluster, _options.Confidence, descriptions);
    }

    private ClusterLabels Shares(string column, LabelList labels, int cluster)
    {
        int[] own = new int[labels.Names.Length], all = new int[labels.Names.Length];
        for (int row = 0; row < _clusters.Length; row++)
        {
            if (labels.Labels[row] < 0)
                continue;
            all[labels.Labels[row]]++;
            if (_clusters[row] == cluster)
                own[labels.Labels[row]]++;
        }
        double known = TensorPrimitives.Sum<int>(own), allKnown = TensorPrimitives.Sum<int>(all);
        LabelShare[] shares = [.. Enumerable.Range(0, own.Length).Where(label => own[label] > 0).OrderByDescending(label => own[label])
            .Select(label => new LabelShare(labels.Names[label], own[label], own[label] / known, all[label] / allKnown))];
        return new(column, shares, _sizes[cluster] - (int)known);
    }

    private Centroids Means(FeatureRows rows)
    {
        var values = new double[_sizes.Length * rows.Dimension];
        var row = new double[rows.Dimension];
        for (int i = 0; i < rows.Count; i++)
        {
            TensorPrimitives.ConvertChecked(rows[i], row.AsSpan());
            Span<double> mean = values.AsSpan(_clusters[i] * rows.Dimension, rows.Dimension);
            TensorPrimitives.Add(mean, row, mean);
        }
        for (int cluster = 0; cluster < _sizes.Length; cluster++)
        {
            Span<double> mean = values.AsSpan(cluster * rows.Dimension, rows.Dimension);
            TensorPrimitives.Divide(mean, _sizes[cluster], mean);
        }
        return new(values, rows.Dimension);
    }

    private static (int Cluster, double Distance) Nearest(Centroids means, int cluster)
    {
        (int Cluster, double Distance) nearest = (-1, double.PositiveInfinity);
        for (int other = 0; other < means.Count; other++)
        {
            double distance = other == cluster ? double.PositiveInfinity : TensorPrimitives.Distance(means[cluster], means[other]);
            if (distance < nearest.Distance)
                nearest = (other, distance);
        }
        return nearest;
    }

    private (ClusterRow[] Typical, ClusterRow[] Doubtful)[] Examples(FeatureRows rows, Centroids means)
    {
        double[] squares = new double[means.Count], buffer = new double[means.Dimension];
        List<ClusterRow>[] members = [.. _sizes.Select(size => new List<ClusterRow>(size))];
        for (int i = 0; i < rows.Count; i++)
        {
            int own = _clusters[i];
            means.SquaredDistances(rows[i], squares, buffer);
            double a = Math.Sqrt(squares[own]);
            squares[own] = double.PositiveInfinity;
            int next = means.Count == 1 ? -1 : TensorPrimitives.IndexOfMin<double>(squares);
            double b = next < 0 ? double.PositiveInfinity : Math.Sqrt(squares[next]), larger = Math.Max(a, b);
            double margin = next < 0 ? 1 : larger == 0 ? 0 : (b - a) / larger;
            string? name = _ids is { } ids && ids.Labels[i] >= 0 ? ids.Names[ids.Labels[i]] : null;
            members[own].Add(new(_rows[i], name, a, margin, next < 0 ? null : _clusterNames[next]));
        }
        return [.. members.Select(list => (list.OrderBy(row => row.Distance).Take(_options.Rows).ToArray(),
            list.OrderBy(row => row.Margin).Take(_options.Rows).ToArray()))];
    }
}
