namespace Disentangle.ML.Orleans;

/// <summary>The state of a trial on the cluster.</summary>
internal enum TrialState
{
    /// <summary>It is waiting for room, for data, or being trained.</summary>
    Running = 0,

    /// <summary>The silo lacks data; the reply says which.</summary>
    NeedsData = 1,

    /// <summary>It has scores.</summary>
    Succeeded = 2,

    /// <summary>It threw an exception or has no score.</summary>
    Failed = 3,

    /// <summary>The silo is of another version.</summary>
    Refused = 4,
}
