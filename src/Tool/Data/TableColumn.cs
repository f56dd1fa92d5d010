namespace Disentangle.ML.Tool;

/// <summary>A column of numbers or of texts.</summary>
internal abstract record TableColumn(string Name)
{
    public abstract int Count { get; }

    /// <summary>The rows without a value.</summary>
    public abstract int Missing { get; }

    /// <summary>The number of different values.</summary>
    public abstract int Distinct { get; }

    /// <summary>Numbers if every field is one or missing, otherwise texts.</summary>
    public static TableColumn Read(CsvTable table, string name)
    {
        int index = table.IndexOf(name);
        return table.Fields(index).All(field => Field.TryNumber(field, out _))
            ? NumberColumn.Read(table, name)
            : TextColumn.Read(table, name);
    }
}
