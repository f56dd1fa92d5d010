namespace Disentangle.ML.Tool;

/// <summary>A column of texts; a missing one is empty.</summary>
internal sealed record TextColumn(string Name, string[] Values) : TableColumn(Name)
{
    public override int Count => Values.Length;

    public override int Missing => Values.Count(text => text.Length == 0);

    public override int Distinct => Values.Where(text => text.Length > 0).Distinct().Count();

    public static new TextColumn Read(CsvTable table, string name) =>
        new(name, [.. table.Fields(table.IndexOf(name)).Select(field => Field.IsMissing(field) ? "" : field)]);
}
