namespace Disentangle.ML.Orleans;

/// <summary>A trial, keyed by the name of its sweep and the hash of its request.</summary>
[Alias("Disentangle.ML.ITrialGrain")]
internal interface ITrialGrain : IGrainWithStringKey
{
    /// <summary>
    /// Starts the trial unless it is running or finished, and waits a short time for its end. Calling it again is harmless; on a new
    /// silo, after the loss of the old one, it starts the trial anew.
    /// </summary>
    [Alias("Run")]
    Task<TrialReply> RunAsync(TrialRequest request);

    /// <summary>Hands the silo of the trial a part of the data it lacks.</summary>
    [Alias("Push")]
    Task PushAsync(DataChunk chunk);

    /// <summary>Keeps the model of the finished trial in the cluster's storage.</summary>
    [Alias("Keep")]
    Task KeepAsync(byte[] model);

    /// <summary>Ends the trial, or frees the memory of a finished one.</summary>
    [Alias("End")]
    Task EndAsync();
}
