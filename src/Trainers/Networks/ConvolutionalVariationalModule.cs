using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The layers of a <see cref="ConvolutionalVariationalAutoencoder"/>, with weights.</summary>
public sealed class ConvolutionalVariationalModule
{
    private readonly Dense _styleLogVariance;
    private readonly Dense _contentLogVariance;
    private readonly ConvolutionDecoder _decoder;

    internal ConvolutionalVariationalModule(
        ContentModule content, Dense styleMean, Dense styleLogVariance, Dense contentLogVariance, ConvolutionDecoder decoder)
    {
        (Content, StyleMean, _styleLogVariance, _contentLogVariance, _decoder) = (content, styleMean, styleLogVariance, contentLogVariance,
            decoder);
        Parameters =
        [
            .. content.Convolutions.Parameters, .. styleMean.Parameters, .. styleLogVariance.Parameters, .. content.Mean.Parameters,
            .. contentLogVariance.Parameters, .. decoder.Parameters,
        ];
    }

    /// <summary>The weights and biases, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    internal ContentModule Content { get; }

    internal Dense StyleMean { get; }

    /// <summary>Computes the posteriors of a batch.</summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="images">[rows x height width channels].</param>
    public VariationalCode Encode(Engine engine, Tensor images)
    {
        Tensor features = Content.Features(engine, images);
        return new VariationalCode(
            new GaussianCode(StyleMean.Forward(engine, features), _styleLogVariance.Forward(engine, features)),
            new GaussianCode(Content.Mean.Forward(engine, features), _contentLogVariance.Forward(engine, features)));
    }

    /// <summary>Decodes latents to images.</summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="style">[rows x style].</param>
    /// <param name="content">[rows x content].</param>
    /// <returns>Logits of the pixels: [rows x height width channels].</returns>
    public Tensor Decode(Engine engine, Tensor style, Tensor content) =>
        _decoder.Forward(engine, engine.Concatenate([style, content], 1), []);
}
