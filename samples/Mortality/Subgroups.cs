using Disentangle.ML.Evaluators;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;
using static System.FormattableString;

namespace Mortality;

/// <summary>What distinguishes clusters of patients: what was measured, against all others.</summary>
public sealed class Subgroups
{
    private static readonly ClusterDescriptionOptions Options = new() { Features = 5, FewestRows = 20 };

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

    /// <summary>The share of the variance between patients that is one between clusters, the mean over all measures: 0 to 1.</summary>
    public double ExplainedVariance => Enumerable.Range(0, Measures.Length).Select(measure =>
    {
        var known = _clusters.Index().Where(pair => _profiles[pair.Index][measure] is not null)
            .Select(pair => (Value: _profiles[pair.Index][measure]!.Value, Cluster: pair.Item)).ToList();
        double mean = known.Average(pair => pair.Value), total = known.Sum(pair => Square(pair.Value - mean));
        double between = known.GroupBy(pair => pair.Cluster).Sum(group => group.Count() * Square(group.Average(pair => pair.Value) - mean));
        return total == 0 ? 0 : between / total;
    }).Average();

    public Table ToTable(string title)
    {
        var table = new Table().Title(title).AddColumn("cluster").AddColumn(new TableColumn("patients") { Alignment = Justify.Right })
            .AddColumn(new TableColumn("died") { Alignment = Justify.Right }).AddColumn("most are in")
            .AddColumn("what distinguishes it: mean (of all others), standardised difference and its 95% interval");
        foreach (ClusterDescription cluster in Describe().Clusters.OrderBy(Died))
        {
            LabelShare unit = cluster.Labels[1].Shares[0];
            table.AddRow(cluster.Name, $"{cluster.Rows}", $"{Died(cluster):P1}", $"{unit.Label}, {unit.Share:P0}",
                Markup.Escape(string.Join(Environment.NewLine, cluster.Differences.Select(Text))));
        }
        return table;
    }

    private static double Died(ClusterDescription cluster) =>
        cluster.Labels[0].Shares.FirstOrDefault(share => share.Label == "True")?.Share ?? 0;

    private ClusterDescriptions Describe()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Profiled));
        SchemaDefinition.Column profile = schema[nameof(Profiled.Profile)];
        profile.ColumnType = new VectorDataViewType(NumberDataViewType.Single, Measures.Length);
        ReadOnlyMemory<char>[] names = [.. Measures.Select(measure => measure.Name.AsMemory())];
        profile.AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(names.Length, names),
            new VectorDataViewType(TextDataViewType.Instance, names.Length));
        var ml = new MLContext();
        IDataView rows = ml.Data.LoadFromEnumerable(_stays.Select((stay, i) => new Profiled
        {
            Profile = [.. _profiles[i].Select(value => (float?)value ?? float.NaN)],
            Died = stay.Died,
            Unit = stay.IcuType.ToString(),
            PredictedLabel = _clusters[i],
        }), schema);
        return ml.Clustering.DescribeClusters(
            rows, [nameof(Profiled.Profile)], [nameof(Profiled.Died), nameof(Profiled.Unit)], options: Options);
    }

    private static string Text(FeatureDifference difference)
    {
        string name = difference.Feature[(difference.Feature.IndexOf('.') + 1)..],
            unit = Measures.Single(measure => measure.Name == name).Unit;
        return Invariant($"{name} {difference.Mean:G3} ({difference.OtherMean:G3}){(unit.Length > 0 ? " " : "")}{unit}, ")
            + Invariant($"{difference.Difference:+0.0;-0.0} ({difference.Lower:+0.0;-0.0} to {difference.Upper:+0.0;-0.0})");
    }

    /// <summary>The mean of each variable over the hours in which it was measured, and what does not change.</summary>
    private static double?[] Profile(Stay stay) =>
    [
        .. Enumerable.Range(0, Variable.All.Count)
        .Select(variable => Enumerable.Range(0, Stay.Hours).Average(hour => stay[hour, variable])),
        stay.Age, stay.Height, stay.Gender,
    ];

    private static double Square(double value) => value * value;

    private sealed class Profiled
    {
        public float[] Profile { get; set; } = [];

        public bool Died { get; set; }

        public string Unit { get; set; } = "";

        public uint PredictedLabel { get; set; }
    }
}
