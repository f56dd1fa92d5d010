using System.Diagnostics;
using System.Diagnostics.Metrics;
using Disentangle.ML.Tests;
using static Disentangle.ML.Trainers.Tests.TrainingSetup;

namespace Disentangle.ML.Trainers.Tests;

public sealed class TrainingTelemetryTests
{
    [Fact]
    public void Each_epoch_is_measured_and_traced()
    {
        // Other tests train at the same time, on threads of their own.
        int thread = Environment.CurrentManagedThreadId;
        var values = new List<(string Name, string? Unit, string? Term, double Value)>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TrainingTelemetry.Name)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (Environment.CurrentManagedThreadId == thread)
                values.Add((instrument.Name, instrument.Unit, tags.Length == 0 ? null : $"{tags[0].Key} {tags[0].Value}", value));
        }
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        meters.Start();
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TrainingTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Environment.CurrentManagedThreadId == thread)
                    activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);

        TrainingResult result = (Small with { Epochs = 3 }).Train(TestRows.Blobs(60), validation: TestRows.Blobs(20, seed: 2));

        Assert.Equal([60, 60, 60], Of("disentangle.training.rows", "{row}"));
        Assert.Equal(result.History.Select(epoch => epoch.Loss), Of("disentangle.training.loss", null));
        Assert.Equal(result.History.Select(epoch => epoch.Validation!.Loss), Of("disentangle.training.validation.loss", null));
        Assert.Equal(result.History.SelectMany(epoch => epoch.Terms).Select(term => ($"term {term.Key}", term.Value)),
            values.Where(value => value.Name == "disentangle.training.term").Select(value => (value.Term!, value.Value)));
        double[] durations = [.. Of("disentangle.training.epoch.duration", "s")];
        Assert.Equal(3, durations.Length);
        Assert.All(durations, duration => Assert.InRange(duration, 0, result.History[^1].Elapsed.TotalSeconds + 1));

        Assert.Equal(["disentangle.epoch", "disentangle.epoch", "disentangle.epoch", "disentangle.train"],
            activities.Select(activity => activity.OperationName));
        Assert.All(activities[..3], activity => Assert.Same(activities[3], activity.Parent));
        Assert.Equal(result.History.Select(epoch => (object?)epoch.Loss), Tags("disentangle.loss"));
        Assert.Equal([1, 2, 3], Tags("disentangle.epoch"));
        Assert.Equal([60L, 60L, 60L], Tags("disentangle.rows"));

        IEnumerable<object?> Tags(string name) => activities[..3].Select(activity => activity.GetTagItem(name));

        IEnumerable<double> Of(string name, string? unit) =>
            values.Where(value => value.Name == name && value.Unit == unit && value.Term is null).Select(value => value.Value);
    }
}
