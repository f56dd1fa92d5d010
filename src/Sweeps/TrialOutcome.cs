using System.Text.Json.Serialization;

namespace Disentangle.ML.Sweeps;

/// <summary>The outcome of a trial.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialOutcome>))]
public enum TrialOutcome
{
    /// <summary>The trial has a score.</summary>
    Succeeded,

    /// <summary>The trial threw an exception or has no score.</summary>
    Failed,

    /// <summary>The sweep's time limit or token ended the trial.</summary>
    Cancelled,
}
