using Disentangle.ML.Transforms;

namespace Disentangle.ML.Sweeps;

/// <summary>A trial that succeeded, failed or was cancelled.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Trained">The result; null unless the trial succeeded.</param>
/// <param name="Error">What ended the trial; null if it succeeded.</param>
internal sealed record FinishedTrial<TOptions>(SweepTrial Trial, TrainedTrial<TOptions>? Trained, Exception? Error)
    where TOptions : EncoderOptions;
