using Disentangle.ML.Evaluators;
using Spectre.Console;

namespace Papers;

/// <summary>A Markdown table of scores: mean ± standard deviation over the runs, and published values in parentheses.</summary>
/// <param name="scores">The scores of all runs, by row in the order of the table.</param>
/// <param name="published">Published values; those of rows without a score of ours are printed below.</param>
internal sealed class ScoreTable(IEnumerable<Score> scores, IReadOnlyList<Score> published)
{
    /// <summary>The cells with a score of ours.</summary>
    public IReadOnlyList<(string Row, string Column, double[] Values)> Cells { get; } =
    [
        .. scores.GroupBy(score => (score.Row, score.Column), score => score.Value)
            .Select(cell => (cell.Key.Row, cell.Key.Column, cell.ToArray())),
    ];

    public void Print(string title)
    {
        string[] columns = [.. Cells.Select(cell => cell.Column).Distinct()];
        Table table = new Table().Border(TableBorder.Markdown).AddColumn(new TableColumn("") { NoWrap = true });
        foreach (string column in columns)
            table.AddColumn(new TableColumn(column) { Alignment = Justify.Right, NoWrap = true });
        foreach (string row in Cells.Select(cell => cell.Row).Concat(published.Select(score => score.Row)).Distinct())
            table.AddRow([row, .. columns.Select(column => Format(row, column))]);
        AnsiConsole.WriteLine(title);
        AnsiConsole.Write(table);
        if (published.Count > 0)
            AnsiConsole.WriteLine("In parentheses: published values.");
    }

    private string Format(string row, string column)
    {
        string ours = "";
        if (Cells.FirstOrDefault(cell => cell.Row == row && cell.Column == column).Values is { } values)
        {
            ScoreSummary summary = ScoreSummary.Of(values);
            ours = values.Length == 1 ? $"{summary.Mean:F3}" : $"{summary.Mean:F3} ± {summary.StandardDeviation:F3}";
        }
        Score? theirs = published.FirstOrDefault(score => score.Row == row && score.Column == column);
        return theirs is null ? ours : $"{ours} ({theirs.Value:F3})".TrimStart();
    }
}
