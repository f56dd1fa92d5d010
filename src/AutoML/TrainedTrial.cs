using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.AutoML;

/// <summary>A trained trial.</summary>
/// <param name="Trial">The scores.</param>
/// <param name="Options">The options, with the seed of the model.</param>
/// <param name="Model">The model of the best seed.</param>
/// <param name="Loss">The score, negated if higher is better.</param>
internal sealed record TrainedTrial<TOptions>(SweepTrial Trial, TOptions Options, ITransformer Model, double Loss)
    where TOptions : EncoderOptions;
