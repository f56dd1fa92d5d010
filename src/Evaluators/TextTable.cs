using System.Globalization;
using System.Text;

namespace Disentangle.ML.Evaluators;

/// <summary>A text table with aligned columns: the first left-aligned, the others right-aligned.</summary>
internal sealed class TextTable(string[] header)
{
    private readonly List<string[]> _rows = [header];

    public static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Real(double? value) => value is { } x ? x.ToString("0.0000", CultureInfo.InvariantCulture) : "undefined";

    public void Add(string[] row) => _rows.Add(row);

    public override string ToString()
    {
        int[] widths = [.. header.Select((_, column) => _rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            string line = string.Join("  ",
                row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column])));
            text.AppendLine(line.TrimEnd());
        }
        return text.ToString();
    }
}
