using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>A trained trial.</summary>
/// <param name="Trial">The scores.</param>
/// <param name="Options">The options, with the seed of the model.</param>
/// <param name="Model">The model of the best seed; null if a trial that finished earlier is better.</param>
internal sealed record TrainedTrial<TOptions>(SweepTrial Trial, TOptions Options, ITransformer? Model)
    where TOptions : EncodingOptions;
