namespace Disentangle.ML.Serving;

/// <summary>How a served model collects requests and looks for a new file.</summary>
public sealed class ServingOptions
{
    /// <summary>The greatest number of rows in one pass. A request with more rows is a pass of its own. At least 1. Default 256.</summary>
    public int MaximumBatchSize { get; set; } = 256;

    /// <summary>
    /// How long the first request of a pass waits for others, 0 to 1 second. Default 1 millisecond. At 0 a pass takes what came in during
    /// the last one,
    /// which is best where requests are many.
    /// </summary>
    public TimeSpan MaximumDelay { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// The number of requests that may wait; more are refused by a <see cref="ServerBusyException"/>. At least 1. Default 10,000.
    /// </summary>
    public int MaximumQueueLength { get; set; } = 10_000;

    /// <summary>How often the file is looked at, 10 milliseconds to 1 day. Default 1 second.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(1);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumQueueLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumDelay, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReloadInterval, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ReloadInterval, TimeSpan.FromDays(1));
    }
}
