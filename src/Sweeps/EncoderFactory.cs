using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>Creates the estimator of an encoder.</summary>
internal delegate IEstimator<EncoderTransformer> EncoderFactory<TOptions>(MLContext context, string output, string input, string? label,
    TOptions options) where TOptions : EncoderOptions;
