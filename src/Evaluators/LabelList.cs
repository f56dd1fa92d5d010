using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML;

namespace Disentangle.ML.Evaluators;

/// <summary>The labels of rows.</summary>
/// <param name="Labels">The index of each row's label in the names; -1 for none.</param>
/// <param name="Names">The names of the labels that occur, in ascending order of their values.</param>
internal sealed record LabelList(int[] Labels, string[] Names)
{
    /// <summary>Creates a list from the numbers of a reader.</summary>
    public static LabelList Of(LabelColumn reader, List<int> numbers)
    {
        (string[] names, int[] place) = reader.Sort();
        return new([.. numbers.Select(number => number == LabelColumn.Missing ? number : place[number])], names);
    }

    /// <exception cref="ArgumentException">The column is missing or of the wrong type.</exception>
    public static LabelList Read(IDataView data, string columnName)
    {
        DataViewSchema.Column column = ClusteringEvaluator.Column(data, columnName);
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        LabelColumn reader = LabelColumn.Open(cursor, column);
        var numbers = new List<int>();
        while (cursor.MoveNext())
            numbers.Add(reader.Read());
        return Of(reader, numbers);
    }

    /// <summary>
    /// How often each neuron is the most active one, by label (Romanov and Rumshisky 2017, figure 2): the share of the rows with a label in
    /// which each feature is the largest, the first of several.
    /// </summary>
    /// <returns>[labels x features], rows that sum to 1.</returns>
    public double[,] MostActive(FeatureRows rows)
    {
        var shares = new double[Names.Length, rows.Dimension];
        var counts = new int[Names.Length];
        for (int row = 0; row < rows.Count; row++)
        {
            if (Labels[row] < 0)
                continue;
            counts[Labels[row]]++;
            shares[Labels[row], TensorPrimitives.IndexOfMax(rows[row])]++;
        }
        for (int label = 0; label < counts.Length; label++)
            TensorPrimitives.Divide(Row(label), counts[label], Row(label));
        return shares;

        Span<double> Row(int label) => MemoryMarshal.CreateSpan(ref shares[label, 0], rows.Dimension);
    }
}
