using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Sweeps;

/// <summary>The encoders that can be swept.</summary>
internal static class EncoderFactories
{
    public static DisentangleEncoderEstimator Encoder(
        MLContext context, string output, string input, string? label, DisentangleEncoderOptions options) =>
        context.Transforms.DisentangleEncoder(output, input, label, options);

    public static DisentangleAutoencoderEstimator Autoencoder(
        MLContext context, string output, string input, string? label, DisentangleAutoencoderOptions options) =>
        context.Transforms.DisentangleAutoencoder(output, input, label, options);
}
