using MathNet.Numerics.Statistics;
using Spectre.Console;
using static System.FormattableString;

namespace Mortality;

/// <summary>What distinguishes clusters of patients: the means of their measurements, compared with those of all other patients.</summary>
public sealed class Subgroups
{
    private const int Shown = 5;

    /// <summary>Means over fewer patients are not reported.</summary>
    private const int FewestPatients = 20;

    private static readonly (string Name, string Unit)[] Measures =
        [.. Variable.All.Select(variable => (variable.Name, variable.Unit)), ("age", "years"), ("height", "cm"), ("men", "of 1")];

    private readonly IReadOnlyList<Stay> _stays;
    private readonly uint[] _clusters;
    private readonly double?[][] _profiles;

    public Subgroups(IReadOnlyList<Stay> stays, uint[] clusters)
    {
        (_stays, _clusters) = (stays, clusters);
        _profiles = [.. stays.Select(Profile)];
    }

    /// <summary>The share of the variance between patients that lies between clusters, averaged over all measures: 0 to 1.</summary>
    public double ExplainedVariance => Enumerable.Range(0, Measures.Length).Select(measure =>
    {
        var known = _clusters.Index().Where(pair => _profiles[pair.Index][measure] is not null)
            .Select(pair => (Value: _profiles[pair.Index][measure]!.Value, Cluster: pair.Item)).ToList();
        double mean = known.Average(pair => pair.Value), total = known.Sum(pair => Square(pair.Value - mean));
        double between = known.GroupBy(pair => pair.Cluster)
            .Sum(group => group.Count() * Square(group.Average(pair => pair.Value) - mean));
        return total == 0 ? 0 : between / total;
    }).Average();

    public Table ToTable(string title)
    {
        var table = new Table().Title(title).AddColumn("cluster").AddColumn(new TableColumn("patients") { Alignment = Justify.Right })
            .AddColumn(new TableColumn("died") { Alignment = Justify.Right }).AddColumn("most are in")
            .AddColumn("what distinguishes it: mean (of all others), difference in deviations");
        foreach (var cluster in _clusters.Index().GroupBy(pair => pair.Item)
            .OrderBy(group => group.Average(pair => _stays[pair.Index].Died ? 1.0 : 0)))
        {
            Stay[] stays = [.. cluster.Select(pair => _stays[pair.Index])];
            var unit = stays.CountBy(stay => stay.IcuType).MaxBy(pair => pair.Value);
            var greatest = Differences(cluster.Key).OrderByDescending(difference => Math.Abs(difference.Deviations)).Take(Shown);
            table.AddRow($"{cluster.Key}", $"{stays.Length}", $"{stays.Average(stay => stay.Died ? 1.0 : 0):P1}",
                $"{unit.Key}, {unit.Value / (double)stays.Length:P0}",
                string.Join(Environment.NewLine, greatest.Select(difference => difference.Text)));
        }
        return table;
    }

    private IEnumerable<(double Deviations, string Text)> Differences(uint cluster)
    {
        for (int measure = 0; measure < Measures.Length; measure++)
        {
            double[] Known(bool inside) =>
                [.. _profiles.Where((_, i) => (_clusters[i] == cluster) == inside).Select(profile => profile[measure]).OfType<double>()];
            double[] own = Known(true), others = Known(false);
            if (own.Length < FewestPatients || others.Length < FewestPatients)
                continue;
            double mean = own.Mean(), other = others.Mean(), deviations = (mean - other) / own.Concat(others).StandardDeviation();
            (string name, string unit) = Measures[measure];
            string space = unit.Length > 0 ? " " : "";
            yield return (deviations, Invariant($"{name} {mean:G3} ({other:G3}){space}{unit}, {deviations:+0.0;-0.0}"));
        }
    }

    /// <summary>The mean of each variable over the hours in which it was measured, then the constants.</summary>
    private static double?[] Profile(Stay stay) =>
    [
        .. Enumerable.Range(0, Variable.All.Count)
            .Select(variable => Enumerable.Range(0, Stay.Hours).Average(hour => stay[hour, variable])),
        stay.Age, stay.Height, stay.Gender,
    ];

    private static double Square(double value) => value * value;
}
