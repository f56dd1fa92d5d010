using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>A trained trial.</summary>
/// <param name="Trial">The scores.</param>
/// <param name="Options">The options, with the seed of the model.</param>
/// <param name="ModelAsync">Returns the model of the best seed; called only if the trial is the best so far.</param>
/// <param name="Discard">Called if the model is not needed; null for nothing to do.</param>
internal sealed record TrainedTrial<TOptions>(
    SweepTrial Trial, TOptions Options, Func<CancellationToken, Task<ITransformer>> ModelAsync, Action? Discard = null)
    where TOptions : EncoderOptions;
