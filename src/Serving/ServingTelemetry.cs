using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Disentangle.ML.Serving;

/// <summary>What a served model tells of itself: subscribe to <see cref="Name"/> by OpenTelemetry or by a listener.</summary>
/// <remarks>
/// Metrics: <c>disentangle.serving.rows</c>, <c>disentangle.serving.batch.rows</c>, <c>disentangle.serving.batch.duration</c> (s),
/// <c>disentangle.serving.request.duration</c> (s, with the wait), each with <c>outcome</c> (ok, error) where it can fail, and
/// <c>disentangle.serving.reloads</c>. Activities: <c>disentangle.score</c> for each pass, linked to the activities of its requests, and
/// <c>disentangle.reload</c>.
/// </remarks>
public static class ServingTelemetry
{
    /// <summary>The name of the meter and of the activity source: <c>Disentangle.ML.Serving</c>.</summary>
    public const string Name = "Disentangle.ML.Serving";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Counter<long> Rows { get; } = Meter.CreateCounter<long>("disentangle.serving.rows", "{row}", "Rows scored.");

    internal static Histogram<long> BatchRows { get; } =
        Meter.CreateHistogram<long>("disentangle.serving.batch.rows", "{row}", "Rows in a pass.");

    internal static Histogram<double> BatchDuration { get; } =
        Meter.CreateHistogram<double>("disentangle.serving.batch.duration", "s", "Time of a pass.");

    internal static Histogram<double> RequestDuration { get; } =
        Meter.CreateHistogram<double>("disentangle.serving.request.duration", "s", "Time of a request, with its wait for a pass.");

    internal static Counter<long> Reloads { get; } =
        Meter.CreateCounter<long>("disentangle.serving.reloads", "{reload}", "Files taken in place of older ones.");

    internal static KeyValuePair<string, object?> Outcome(bool ok) => new("outcome", ok ? "ok" : "error");
}
