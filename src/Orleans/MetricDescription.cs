using Disentangle.ML.Evaluators;
using Disentangle.ML.Sweeps;

namespace Disentangle.ML.Orleans;

/// <summary>A metric by name.</summary>
[GenerateSerializer, Alias("Disentangle.ML.MetricDescription")]
internal sealed record MetricDescription
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string? JudgeColumnName { get; init; }

    [Id(2)]
    public required bool IsUnsupervised { get; init; }

    [Id(3)]
    public SilhouetteDistance SilhouetteDistance { get; init; }

    [Id(4)]
    public int? SilhouetteSampleSize { get; init; }

    [Id(5)]
    public int SilhouetteSeed { get; init; }

    public static MetricDescription Of(SweepMetric metric) => new()
    {
        Name = metric.Name,
        JudgeColumnName = metric.JudgeColumnName,
        IsUnsupervised = metric.IsUnsupervised,
        SilhouetteDistance = metric.Separation?.Distance ?? default,
        SilhouetteSampleSize = metric.Separation?.SampleSize,
        SilhouetteSeed = metric.Separation?.Seed ?? 0,
    };

    public SweepMetric Metric(int threads) => this switch
    {
        { IsUnsupervised: true } => SweepMetric.Unsupervised(UnsupervisedScore.Named(Name)),
        { JudgeColumnName: { } judge } => SweepMetric.Clustering(ClusteringScore.Named(Name), judge),
        { Name: nameof(SweepMetric.LabelAccuracy) } => SweepMetric.LabelAccuracy(),
        _ => SweepMetric.Silhouette(new SilhouetteOptions
        {
            Distance = SilhouetteDistance,
            SampleSize = SilhouetteSampleSize,
            Seed = SilhouetteSeed,
            Threads = threads,
        }),
    };
}
