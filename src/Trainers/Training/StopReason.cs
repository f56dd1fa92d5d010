namespace Disentangle.ML.Trainers;

/// <summary>Why training stopped.</summary>
public enum StopReason
{
    /// <summary>All epochs finished.</summary>
    Completed,

    /// <summary>The validation metric did not improve for too many epochs.</summary>
    EarlyStopping,

    /// <summary>The time limit was reached.</summary>
    MaximumTime,

    /// <summary>The token was cancelled.</summary>
    Cancelled,
}
