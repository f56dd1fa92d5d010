using Microsoft.ML;

namespace Disentangle.ML.Evaluators;

/// <summary>Rows in memory with their features and labels.</summary>
/// <param name="Features">The features of all rows.</param>
/// <param name="Labels">Their labels.</param>
internal sealed record LabelledRows(FeatureRows Features, LabelList Labels)
{
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows, a feature is NaN or infinite, or a row has another number of values.
    /// </exception>
    public static LabelledRows Read(IDataView data, string featureColumnName, string labelColumnName)
    {
        DataViewSchema.Column label = ClusteringEvaluator.Column(data, labelColumnName);
        DataViewSchema.Column feature = ClusteringEvaluator.VectorColumn(data, featureColumnName);
        using DataViewRowCursor cursor = data.GetRowCursor([label, feature]);
        LabelColumn labelReader = LabelColumn.Open(cursor, label);
        var featureReader = new VectorReader(cursor, feature);
        var labels = new List<int>();
        while (cursor.MoveNext())
        {
            labels.Add(labelReader.Read());
            featureReader.Read();
        }
        return new(featureReader.ToRows(), LabelList.Of(labelReader, labels));
    }

    /// <summary>Scores a clustering of the rows.</summary>
    /// <param name="clusters">The cluster of each row, from 0. Its name counts from 1, as in ML.NET's KMeans.</param>
    /// <param name="labelColumnName">The name of the label column, for messages.</param>
    /// <param name="silhouette">The options of the scores of separation; null to omit them.</param>
    /// <exception cref="InvalidDataException">No row has a label.</exception>
    public ClusteringQuality Score(int[] clusters, string labelColumnName, SilhouetteOptions? silhouette)
    {
        (int[] labels, string[] names) = Labels;
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] >= 0)];
        if (rows.Length == 0)
            throw new InvalidDataException($"No row has a label: column '{labelColumnName}' is missing in all {labels.Length} rows.");
        int[] kept = [.. rows.Select(row => clusters[row])];
        string[] clusterNames = [.. Enumerable.Range(1, kept.Max() + 1).Select(number => TextTable.Integer(number))];
        ContingencyTable table = ContingencyTable.Create([.. rows.Select(row => labels[row])], kept).WithNames(names, clusterNames);
        FeatureRows features = silhouette is null || rows.Length == labels.Length ? Features : Features.Select(rows);
        Separation? separation = silhouette is null ? null : Separation.Of(features.Values, kept, silhouette);
        return new(table, separation) { RowsWithoutLabel = labels.Length - rows.Length };
    }
}
