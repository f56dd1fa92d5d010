using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.AutoML;

/// <summary>What the training of a trial gave.</summary>
/// <param name="Trial">The scores.</param>
/// <param name="Options">The options, with the seed of the model.</param>
/// <param name="Model">The model of the best seed.</param>
/// <param name="Loss">The score, with its sign turned where more is better.</param>
internal sealed record TrainedTrial<TOptions>(SweepTrial Trial, TOptions Options, ITransformer Model, double Loss)
    where TOptions : EncodingOptions;
