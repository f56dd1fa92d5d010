namespace Disentangle.ML.Tool;

/// <summary>A column of numbers; a missing one is NaN.</summary>
internal sealed record NumberColumn(string Name, float[] Values) : TableColumn(Name)
{
    public override int Count => Values.Length;

    public override int Missing => Values.Count(float.IsNaN);

    public override int Distinct => Values.Where(value => !float.IsNaN(value)).Distinct().Count();

    /// <summary>Whether each number is the one before plus 1, as in a column that numbers the rows.</summary>
    public bool CountsRows => Values.Length > 2 && Values.Zip(Values.Skip(1)).All(pair => pair.Second == pair.First + 1);

    /// <exception cref="InputException">A field is neither a number nor missing.</exception>
    public static new NumberColumn Read(CsvTable table, string name)
    {
        int index = table.IndexOf(name);
        var values = new float[table.Rows.Count];
        for (int row = 0; row < values.Length; row++)
        {
            string field = table.Rows[row][index];
            if (!Field.TryNumber(field, out values[row]))
                throw new InputException($"Column '{name}' has '{field}' in {table.Place(row)}; a number is expected.");
        }
        return new NumberColumn(name, values);
    }
}
