using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Evaluators;

/// <summary>Reads labels, clusters and features in one pass and scores them.</summary>
internal static class ClusteringEvaluator
{
    public static ClusteringQuality Evaluate(
        IDataView data, string labelColumnName, string clusterColumnName, string? featureColumnName, SilhouetteOptions options)
    {
        options.Validate();
        DataViewSchema.Column label = Column(data, labelColumnName), cluster = Column(data, clusterColumnName);
        DataViewSchema.Column? feature = featureColumnName is null ? null : VectorColumn(data, featureColumnName);

        using DataViewRowCursor cursor = data.GetRowCursor(feature is { } needed ? [label, cluster, needed] : [label, cluster]);
        LabelColumn labelReader = LabelColumn.Open(cursor, label), clusterReader = LabelColumn.Open(cursor, cluster);
        VectorReader? featureReader = feature is { } column ? new(cursor, column) : null;
        var (labels, clusters) = (new List<int>(), new List<int>());
        long withoutLabel = 0, withoutCluster = 0;
        while (cursor.MoveNext())
        {
            int rowLabel = labelReader.Read(), rowCluster = clusterReader.Read();
            if (rowLabel == LabelColumn.Missing)
            {
                withoutLabel++;
            }
            else if (rowCluster == LabelColumn.Missing)
            {
                withoutCluster++;
            }
            else
            {
                labels.Add(rowLabel);
                clusters.Add(rowCluster);
                featureReader?.Read();
            }
        }
        if (labels.Count == 0)
        {
            throw new InvalidDataException(
                $"No row has both a label and a cluster: column '{labelColumnName}' is missing in {withoutLabel} rows, "
                + $"column '{clusterColumnName}' in {withoutCluster} others.");
        }

        (string[] labelNames, int[] labelValues) = Sorted(labelReader, labels);
        (string[] clusterNames, int[] clusterValues) = Sorted(clusterReader, clusters);
        ContingencyTable table = ContingencyTable.Create(labelValues, clusterValues).WithNames(labelNames, clusterNames);
        Separation? separation = featureReader is null ? null : Separation.Of(featureReader.ToRows().Values, clusterValues, options);
        return new(table, separation) { RowsWithoutLabel = withoutLabel, RowsWithoutCluster = withoutCluster };
    }

    /// <summary>Finds a column by name.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static DataViewSchema.Column Column(IDataView data, string name) =>
        data.Schema.GetColumnOrNull(name) ?? throw MissingColumn(name, data.Schema.Select(column => column.Name));

    /// <summary>Finds a column by name, which must be a vector of Single of known size.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is of the wrong type.</exception>
    public static DataViewSchema.Column VectorColumn(IDataView data, string name)
    {
        DataViewSchema.Column column = Column(data, name);
        return column.Type is VectorDataViewType { IsKnownSize: true } type && type.ItemType.Equals(NumberDataViewType.Single)
            ? column
            : throw NotAVector(name, column.Type.ToString()!, VectorAdvice.For(column.Type));
    }

    public static ArgumentException MissingColumn(string name, IEnumerable<string> columns) =>
        new($"There is no column '{name}'; the data have: {string.Join(", ", columns.Distinct())}.");

    public static ArgumentException NotAVector(string name, string type, string advice) =>
        new($"Column '{name}' is of type {type}; it must be a vector of Single of known size{advice}.");

    private static (string[] Names, int[] Values) Sorted(LabelColumn reader, List<int> numbers)
    {
        (string[] names, int[] place) = reader.Sort();
        return (names, [.. numbers.Select(number => place[number])]);
    }
}
