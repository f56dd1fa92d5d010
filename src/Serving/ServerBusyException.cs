namespace Disentangle.ML.Serving;

/// <summary>More requests are waiting than <see cref="ServingOptions.MaximumQueueLength"/> allows; try again later.</summary>
public sealed class ServerBusyException : Exception
{
    /// <summary>The exception with a message of its own.</summary>
    public ServerBusyException() : base("Too many requests are waiting; try again later.") { }

    /// <summary>The exception with this message.</summary>
    public ServerBusyException(string message) : base(message) { }

    /// <summary>The exception with this message and what led to it.</summary>
    public ServerBusyException(string message, Exception innerException) : base(message, innerException) { }
}
