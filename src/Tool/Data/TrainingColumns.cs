namespace Disentangle.ML.Tool;

/// <summary>Which columns of a CSV file to train on, and how.</summary>
/// <param name="Features">Numbers and texts with few values, at least one.</param>
/// <param name="Label">The coarse label; null for none.</param>
/// <param name="Truth">The groups to compare the clusters with; null if unknown.</param>
/// <param name="Notes">What was left out or replaced, a sentence each.</param>
internal sealed record TrainingColumns(
    IReadOnlyList<TableColumn> Features, TableColumn? Label, TableColumn? Truth, IReadOnlyList<string> Notes)
{
    /// <summary>The most values of a text that becomes one feature for each value.</summary>
    public const int MostTexts = 50;

    /// <summary>The most classes of a coarse label.</summary>
    public const int MostClasses = 100;

    /// <summary>Chooses by the rules of docs/tool.md.</summary>
    /// <param name="table">The file.</param>
    /// <param name="label">The column of the coarse label; null for none.</param>
    /// <param name="truth">The column of the groups; null for none.</param>
    /// <param name="ignored">Columns to leave out.</param>
    /// <param name="texts">Columns whose numbers are codes.</param>
    /// <exception cref="InputException">A column is not there or unfit.</exception>
    public static TrainingColumns Choose(CsvTable table, string? label, string? truth, string[] ignored, string[] texts)
    {
        foreach (string name in (IEnumerable<string>)[.. ignored, .. texts])
            table.IndexOf(name);
        TableColumn? labels = label is null ? null : TableColumn.Read(table, label);
        if (labels?.Distinct is < 2 or > MostClasses)
        {
            throw new InputException($"The label '{label}' has {Count(labels.Distinct, "different value")}; "
                + $"a coarse label has 2 to {MostClasses}.");
        }
        var notes = new List<string>();
        if (labels?.Missing > 0)
            notes.Add($"{Count(labels.Missing, "row")} without a value of '{label}': used as unlabelled rows.");
        var features = new List<TableColumn>();
        foreach (string name in table.Names.Except([.. new[] { label, truth }.OfType<string>(), .. ignored]))
        {
            if (Feature(table, name, texts.Contains(name), notes) is { } feature)
                features.Add(feature);
        }
        if (features.Count == 0)
            throw new InputException("No column is left to learn from.");
        return new(features, labels, truth is null ? null : TableColumn.Read(table, truth), notes);
    }

    /// <summary>The column, or null where it is left out.</summary>
    private static TableColumn? Feature(CsvTable table, string name, bool isText, List<string> notes)
    {
        TableColumn column = isText ? TextColumn.Read(table, name) : TableColumn.Read(table, name);
        int distinct = column.Distinct;
        if (distinct < 2)
        {
            notes.Add($"'{name}' is left out: it has {(distinct == 0 ? "no values" : "the same value in all rows")}.");
            return null;
        }
        if (column is NumberColumn { CountsRows: true })
        {
            notes.Add($"'{name}' is left out: it numbers the rows.");
            return null;
        }
        if (column is TextColumn texts && distinct > MostTexts)
            throw TooManyTexts(table, texts, distinct);
        if (column.Missing > 0)
        {
            notes.Add($"{Count(column.Missing, "missing value")} in '{name}': "
                + (column is NumberColumn ? "replaced by the mean." : "treated as none of its values."));
        }
        return column;
    }

    private static InputException TooManyTexts(CsvTable table, TextColumn column, int distinct)
    {
        int index = table.IndexOf(column.Name);
        int[] texts = [.. Enumerable.Range(0, table.Rows.Count).Where(row => !Field.TryNumber(table.Rows[row][index], out _))];
        // Mostly numbers: a typing mistake or another mark for a missing value.
        string hint = texts.Length > 0 && texts.Length * 2 < table.Rows.Count
            ? $"Most are numbers, but {table.Place(texts[0])} has '{table.Rows[texts[0]][index]}': "
                + "correct such fields, or leave the column out"
            : "Leave it out";
        return new($"Column '{column.Name}' has {distinct} different texts; at most {MostTexts} can be learned from. "
            + $"{hint} by --ignore \"{column.Name}\".");
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
