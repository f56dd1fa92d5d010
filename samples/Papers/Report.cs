using Disentangle.ML.Evaluators;
using Spectre.Console;

namespace Papers;

/// <summary>A table of scores with a row per method and a column per score: mean ± standard deviation over seeds.</summary>
public sealed class Report(string title)
{
    private readonly List<string> _methods = [];
    private readonly List<string> _scores = [];
    private readonly Dictionary<(string, string), List<double>> _values = [];

    public void Add(string method, string score, double value)
    {
        if (!_methods.Contains(method))
            _methods.Add(method);
        if (!_scores.Contains(score))
            _scores.Add(score);
        if (!_values.TryGetValue((method, score), out List<double>? list))
            _values[(method, score)] = list = [];
        list.Add(value);
    }

    public void Print()
    {
        Table table = new Table().Title(title).AddColumn("");
        foreach (string score in _scores)
            table.AddColumn(new TableColumn(score) { Alignment = Justify.Right });
        foreach (string method in _methods)
        {
            table.AddRow([method,
                .. _scores.Select(score => _values.TryGetValue((method, score), out List<double>? list) ? Format(list) : "")]);
        }
        AnsiConsole.Write(table);
    }

    private static string Format(List<double> values)
    {
        ScoreSummary summary = ScoreSummary.Of(values);
        return values.Count == 1 ? $"{summary.Mean:F3}" : $"{summary.Mean:F3} ± {summary.StandardDeviation:F3}";
    }
}
