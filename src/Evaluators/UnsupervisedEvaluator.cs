using Microsoft.ML;

namespace Disentangle.ML.Evaluators;

/// <summary>Reads clusterings of the same rows with their coarse labels and input.</summary>
internal static class UnsupervisedEvaluator
{
    public static UnsupervisedEvaluation Evaluate(
        IReadOnlyList<IDataView> clusterings,
        string? labelColumnName,
        string? inputColumnName,
        string clusterColumnName,
        NeighborGraphOptions neighbors)
    {
        neighbors.Validate();
        if (clusterings.Count == 0)
            throw new ArgumentException("clusterings is empty; it must have at least one clustering.", nameof(clusterings));
        if (clusterings.Contains(null!))
            throw new ArgumentException("A clustering is null.", nameof(clusterings));
        int[][] clusters = [.. clusterings.Select(data => Labels(data, clusterColumnName))];
        int rows = clusters[0].Length;
        for (int i = 1; i < clusters.Length; i++)
        {
            if (clusters[i].Length != rows)
            {
                throw new ArgumentException($"Clustering {i} (from 0) has {clusters[i].Length} rows, but the first has {rows}; "
                    + "all must have the same rows.", nameof(clusterings));
            }
        }
        int[]? classes = labelColumnName is null ? null : Labels(clusterings[0], labelColumnName);
        (float[] Values, int Size)? input = inputColumnName is null ? null : Vectors(clusterings[0], inputColumnName);

        int[] kept = [.. Enumerable.Range(0, rows).Where(row => clusters.All(clustering => clustering[row] != LabelColumn.Missing))];
        if (kept.Length == 0)
            throw new InvalidDataException($"No row has a cluster in column '{clusterColumnName}' of all clusterings.");
        if (classes is not null && kept.All(row => classes[row] == LabelColumn.Missing))
        {
            throw new InvalidDataException(
                $"Column '{labelColumnName}' is missing in all rows with a cluster; omit the column or provide labels.");
        }
        NeighborGraph? graph = input is not { } vectors ? null
            : NeighborGraph.Create<float>(Rows(vectors.Values, vectors.Size, kept), kept.Length, neighbors);
        return UnsupervisedEvaluation.Create(
            [.. clusters.Select(clustering => Rows(clustering, 1, kept))], classes is null ? [] : Rows(classes, 1, kept), graph,
            rowsWithoutCluster: rows - kept.Length);
    }

    /// <summary>The values of a label column as numbers, or <see cref="LabelColumn.Missing"/>.</summary>
    public static int[] Labels(IDataView data, string name)
    {
        DataViewSchema.Column column = ClusteringEvaluator.Column(data, name);
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        LabelColumn reader = LabelColumn.Open(cursor, column);
        var labels = new List<int>();
        while (cursor.MoveNext())
            labels.Add(reader.Read());
        return [.. labels];
    }

    /// <summary>The concatenated vectors of a column, and their size.</summary>
    public static (float[] Values, int Size) Vectors(IDataView data, string name)
    {
        DataViewSchema.Column column = ClusteringEvaluator.VectorColumn(data, name);
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        var reader = new VectorReader(cursor, column);
        while (cursor.MoveNext())
            reader.Read();
        return (reader.ToArray(), reader.Size);
    }

    /// <summary>A subset of rows, in ascending order.</summary>
    public static T[] Rows<T>(T[] values, int size, int[] rows)
    {
        if (rows.Length * (long)size == values.Length)
            return values;
        var chosen = new T[rows.Length * size];
        for (int i = 0; i < rows.Length; i++)
            values.AsSpan(rows[i] * size, size).CopyTo(chosen.AsSpan(i * size));
        return chosen;
    }
}
