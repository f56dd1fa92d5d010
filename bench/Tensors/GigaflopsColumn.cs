using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Disentangle.ML.Tensors.Bench;

/// <summary>The speed in 10⁹ operations per second.</summary>
internal sealed class GigaflopsColumn : IColumn
{
    public string Id => "GFLOPS";

    public string ColumnName => Id;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "10⁹ operations per second in the fastest iteration";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (benchmarkCase.Parameters.Items.Select(item => item.Value).OfType<IWork>().FirstOrDefault() is not { } work
            || summary[benchmarkCase]?.ResultStatistics is not { } statistics)
            return "-";
        return (work.Operations / statistics.Min).ToString("F0", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
