using System.Globalization;
using System.Numerics.Tensors;

namespace Disentangle.ML.Evaluators;

/// <summary>
/// The number n_ij of rows of each class i in each cluster j, from which every score against labels is computed. Only non-zero cells are
/// stored, so memory is proportional to the number of rows, not classes × clusters. Classes and clusters are in ascending order of their
/// values, and none is empty.
/// </summary>
public sealed class ContingencyTable
{
    // Compressed rows: the cells of class i are _start[i] .. _start[i + 1] - 1, by ascending cluster.
    private readonly int[] _start;
    private readonly int[] _cluster;
    private readonly int[] _count;
    private readonly int[] _classValues;
    private readonly int[] _clusterValues;
    private readonly int[] _classSizes;
    private readonly int[] _clusterSizes;
    private readonly Lazy<double> _expectedMutualInformation;
    private readonly Lazy<int[]> _matchedClusters;
    private string[]? _classNames;
    private string[]? _clusterNames;

    private ContingencyTable(int[] classValues, int[] clusterValues, int[] start, int[] cluster, int[] count)
    {
        (_classValues, _clusterValues, _start, _cluster, _count) = (classValues, clusterValues, start, cluster, count);
        _classSizes = new int[ClassCount];
        _clusterSizes = new int[ClusterCount];
        for (int i = 0; i < ClassCount; i++)
        {
            for (int k = start[i]; k < start[i + 1]; k++)
            {
                _classSizes[i] += count[k];
                _clusterSizes[cluster[k]] += count[k];
            }
        }
        RowCount = TensorPrimitives.Sum<int>(_classSizes);
        _expectedMutualInformation = new(() => Evaluators.ExpectedMutualInformation.Compute(_classSizes, _clusterSizes, RowCount));
        _matchedClusters = new(() => MaximumMatching.Solve(_start, _cluster, _count, ClusterCount));
    }

    /// <summary>The number of rows, N, at least 1.</summary>
    public int RowCount { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount => _classValues.Length;

    /// <summary>The number of clusters.</summary>
    public int ClusterCount => _clusterValues.Length;

    /// <summary>
    /// The label value of each class, ascending. In a table of an IDataView, whose labels may be texts: 0, 1, 2, ...; use
    /// <see cref="ClassName"/>.
    /// </summary>
    public ReadOnlySpan<int> ClassValues => _classValues;

    /// <summary>
    /// The value of each cluster, ascending. In a table of an IDataView: 0, 1, 2, ..., and not the keys, which start at 1; use
    /// <see cref="ClusterName"/>.
    /// </summary>
    public ReadOnlySpan<int> ClusterValues => _clusterValues;

    /// <summary>The number of rows of each class, a_i.</summary>
    public ReadOnlySpan<int> ClassSizes => _classSizes;

    /// <summary>The number of rows of each cluster, b_j.</summary>
    public ReadOnlySpan<int> ClusterSizes => _clusterSizes;

    /// <summary>
    /// The cluster matched to each class, or -1 for none, in the one-to-one matching with the most rows (Kuhn 1955, the Hungarian method).
    /// A class and a cluster without common rows are never matched. Computed on first use, O(n³) in the worst case.
    /// </summary>
    public ReadOnlySpan<int> MatchedClusters => _matchedClusters.Value;

    /// <summary>The non-zero cells, ordered by class, then by cluster.</summary>
    public IEnumerable<ContingencyCell> Cells
    {
        get
        {
            for (int i = 0; i < ClassCount; i++)
            {
                for (int k = _start[i]; k < _start[i + 1]; k++)
                    yield return new(i, _cluster[k], _count[k]);
            }
        }
    }

    /// <summary>The number n_ij of rows of class <paramref name="classIndex"/> in cluster <paramref name="clusterIndex"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
    public int this[int classIndex, int clusterIndex]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)classIndex, (uint)ClassCount, nameof(classIndex));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)clusterIndex, (uint)ClusterCount, nameof(clusterIndex));
            int k = Array.BinarySearch(_cluster, _start[classIndex], _start[classIndex + 1] - _start[classIndex], clusterIndex);
            return k < 0 ? 0 : _count[k];
        }
    }

    /// <summary>Whether the two partitions are equal up to names.</summary>
    internal bool IsIdentity => _count.Length == ClassCount && _count.Length == ClusterCount;

    internal double ExpectedMutualInformation => _expectedMutualInformation.Value;

    internal ReadOnlySpan<int> CellCounts => _count;

    /// <summary>Counts the rows of each label in each cluster.</summary>
    /// <param name="labels">The class of each row, any integers.</param>
    /// <param name="clusters">The cluster of each row, any integers.</param>
    /// <exception cref="ArgumentException">The spans are empty or differ in length.</exception>
    public static ContingencyTable Create(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters)
    {
        if (labels.Length != clusters.Length)
        {
            throw new ArgumentException(
                $"Every row needs one label and one cluster; there are {labels.Length} labels and {clusters.Length} clusters.",
                nameof(clusters));
        }
        if (labels.IsEmpty)
            throw new ArgumentException("There are no rows; there must be at least one.", nameof(labels));

        int firstClass = TensorPrimitives.Min(labels), firstCluster = TensorPrimitives.Min(clusters);
        long classes = (long)TensorPrimitives.Max(labels) - firstClass + 1;
        long columns = (long)TensorPrimitives.Max(clusters) - firstCluster + 1;
        if ((Int128)classes * columns <= Math.Max(1 << 16, Math.Min(16L * labels.Length, 1 << 24)))
        {
            var counts = new int[classes * columns];
            int width = (int)columns;
            for (int i = 0; i < labels.Length; i++)
                counts[(labels[i] - firstClass) * width + (clusters[i] - firstCluster)]++;
            return FromDense(counts, (int)classes, width, firstClass, firstCluster);
        }
        return FromSparse(LabelIndex.Of(labels), LabelIndex.Of(clusters));
    }

    /// <summary>
    /// Creates a table from counts, with classes in rows and clusters in columns. The values of classes and clusters are the indices.
    /// Empty rows and columns are removed.
    /// </summary>
    /// <param name="counts">The number of rows of each class in each cluster.</param>
    /// <exception cref="ArgumentException">All counts are zero, one is negative, or they add up to more than 2³¹ - 1.</exception>
    public static ContingencyTable FromCounts(int[,] counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var flat = new int[counts.Length];
        Buffer.BlockCopy(counts, 0, flat, 0, sizeof(int) * flat.Length);
        long total = 0;
        foreach (int count in flat)
            total += count >= 0 ? count : throw new ArgumentException($"A count is {count}; counts must be 0 or more.", nameof(counts));
        if (total is 0 or > int.MaxValue)
            throw new ArgumentException($"The sum of the counts is {total}; it must be from 1 to {int.MaxValue}.", nameof(counts));
        return FromDense(flat, counts.GetLength(0), counts.GetLength(1), 0, 0);
    }

    /// <summary>The table as an array, classes in rows and clusters in columns.</summary>
    public int[,] ToArray()
    {
        var counts = new int[ClassCount, ClusterCount];
        foreach ((int i, int j, int count) in Cells)
            counts[i, j] = count;
        return counts;
    }

    /// <summary>The name of a class: from the data if the table was created from an IDataView, otherwise its value.</summary>
    public string ClassName(int classIndex) => Name(_classNames, _classValues[classIndex]);

    /// <summary>The name of a cluster: from the data if the table was created from an IDataView, otherwise its value.</summary>
    public string ClusterName(int clusterIndex) => NameOfClusterValue(_clusterValues[clusterIndex]);

    /// <summary>
    /// The clusters in matched order: those matched to a class, in the order of classes, followed by those without one. In this order a
    /// good clustering has its large counts on the diagonal.
    /// </summary>
    public int[] MatchedOrder()
    {
        int[] matched = [.. _matchedClusters.Value.Where(j => j >= 0)];
        return [.. matched, .. Enumerable.Range(0, ClusterCount).Except(matched)];
    }

    /// <summary>The table in <see cref="MatchedOrder"/>, limited to 30 classes and 30 clusters.</summary>
    public override string ToString()
    {
        const int limit = 30;
        int[] order = MatchedOrder();
        int[] shown = order[..Math.Min(limit, order.Length)];
        var table = new TextTable(["class \\ cluster", .. shown.Select(ClusterName), "total"]);
        int classes = Math.Min(limit, ClassCount);
        for (int i = 0; i < classes; i++)
            table.Add([ClassName(i), .. shown.Select(j => TextTable.Integer(this[i, j])), TextTable.Integer(_classSizes[i])]);
        table.Add(["total", .. shown.Select(j => TextTable.Integer(_clusterSizes[j])), TextTable.Integer(RowCount)]);
        string rest = classes < ClassCount || shown.Length < ClusterCount
            ? $"{classes} of {ClassCount} classes and {shown.Length} of {ClusterCount} clusters shown.{Environment.NewLine}" : "";
        return table + rest;
    }

    internal string NameOfClusterValue(int value) => Name(_clusterNames, value);

    /// <summary>Sets the names of classes and clusters, whose values must be indices into the names.</summary>
    internal ContingencyTable WithNames(string[] classNames, string[] clusterNames)
    {
        (_classNames, _clusterNames) = (classNames, clusterNames);
        return this;
    }

    private static string Name(string[]? names, int value) => names?[value] ?? value.ToString(CultureInfo.InvariantCulture);

    private static ContingencyTable FromDense(ReadOnlySpan<int> counts, int classes, int clusters, int firstClass, int firstCluster)
    {
        // Clusters keep their columns until the empty ones are known.
        var used = new bool[clusters];
        var (classValues, start) = (new List<int>(), new List<int> { 0 });
        var (cluster, count) = (new List<int>(), new List<int>());
        for (int i = 0; i < classes; i++)
        {
            ReadOnlySpan<int> row = counts.Slice(i * clusters, clusters);
            for (int j = 0; j < clusters; j++)
            {
                if (row[j] == 0)
                    continue;
                used[j] = true;
                cluster.Add(j);
                count.Add(row[j]);
            }
            if (cluster.Count == start[^1])
                continue;
            classValues.Add(firstClass + i);
            start.Add(cluster.Count);
        }

        int[] columns = [.. Enumerable.Range(0, clusters).Where(j => used[j])];
        var place = new int[clusters];
        for (int j = 0; j < columns.Length; j++)
            place[columns[j]] = j;
        return new([.. classValues], [.. columns.Select(j => firstCluster + j)], [.. start], [.. cluster.Select(j => place[j])],
            [.. count]);
    }

    private static ContingencyTable FromSparse(LabelIndex labels, LabelIndex clusters)
    {
        // Counting sort by class, then count the clusters of one class at a time.
        int classes = labels.Values.Length;
        var next = new int[classes + 1];
        foreach (int i in labels.Codes)
            next[i + 1]++;
        for (int i = 0; i < classes; i++)
            next[i + 1] += next[i];
        int[] first = [.. next];
        var byClass = new int[labels.Codes.Length];
        for (int row = 0; row < byClass.Length; row++)
            byClass[next[labels.Codes[row]]++] = clusters.Codes[row];

        var start = new int[classes + 1];
        var (cluster, count) = (new List<int>(), new List<int>());
        for (int i = 0; i < classes; i++)
        {
            Span<int> members = byClass.AsSpan(first[i]..first[i + 1]);
            members.Sort();
            for (int k = 0; k < members.Length; k++)
            {
                if (k > 0 && members[k] == members[k - 1])
                {
                    count[^1]++;
                    continue;
                }
                cluster.Add(members[k]);
                count.Add(1);
            }
            start[i + 1] = cluster.Count;
        }
        return new(labels.Values, clusters.Values, start, [.. cluster], [.. count]);
    }
}
