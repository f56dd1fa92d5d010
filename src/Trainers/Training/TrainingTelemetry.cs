using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Disentangle.ML.Trainers;

/// <summary>Metrics and traces of training, for OpenTelemetry or any other listener to <see cref="Name"/>.</summary>
/// <remarks>
/// After each epoch: the counter <c>disentangle.training.rows</c> ({row}), the histogram <c>disentangle.training.epoch.duration</c> (s),
/// the gauges <c>disentangle.training.loss</c> (the weighted sum of all terms), <c>disentangle.training.term</c> (each term, unweighted,
/// named by the tag <c>term</c>) and, with validation rows, <c>disentangle.training.validation.loss</c>. Losses are means over the
/// epoch's rows, without a unit. Activities: <c>disentangle.train</c>, and in it <c>disentangle.epoch</c> with the tags
/// <c>disentangle.epoch</c> (from 1), <c>disentangle.rows</c> and <c>disentangle.loss</c>.
/// </remarks>
public static class TrainingTelemetry
{
    /// <summary>The name of the meter and of the activity source: <c>Disentangle.ML.Training</c>.</summary>
    public const string Name = "Disentangle.ML.Training";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Activities = new(Name);

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("disentangle.training.rows", "{row}", "Rows trained on.");

    private static readonly Histogram<double> EpochDuration =
        Meter.CreateHistogram<double>("disentangle.training.epoch.duration", "s", "Time of an epoch, with its validation.");

    private static readonly Gauge<double> Loss =
        Meter.CreateGauge<double>("disentangle.training.loss", description: "Loss of the last epoch.");

    private static readonly Gauge<double> Term =
        Meter.CreateGauge<double>("disentangle.training.term", description: "One term of the loss of the last epoch, unweighted.");

    private static readonly Gauge<double> ValidationLoss =
        Meter.CreateGauge<double>("disentangle.training.validation.loss", description: "Loss on the validation rows after the last epoch.");

    internal static Activity? StartTraining() => Activities.StartActivity("disentangle.train");

    internal static Activity? StartEpoch() => Activities.StartActivity("disentangle.epoch");

    internal static void Record(TrainingProgress progress, long rows, TimeSpan duration, Activity? epoch)
    {
        epoch?.SetTag("disentangle.epoch", progress.Epoch).SetTag("disentangle.rows", rows).SetTag("disentangle.loss", progress.Loss);
        Rows.Add(rows);
        EpochDuration.Record(duration.TotalSeconds);
        Loss.Record(progress.Loss);
        foreach ((string name, double value) in progress.Terms)
            Term.Record(value, new KeyValuePair<string, object?>("term", name));
        if (progress.Validation is { } validation)
            ValidationLoss.Record(validation.Loss);
    }
}
