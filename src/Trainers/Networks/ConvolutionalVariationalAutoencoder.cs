using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The variational autoencoder for images of JADE, the joint autoencoders (Banijamali et al. 2017): convolutions, followed by the mean and
/// log-variance of two Gaussian latents, style and content. The decoder mirrors the encoder, with up-sampling instead of pooling.
/// </summary>
public sealed record ConvolutionalVariationalAutoencoder
{
    private readonly ValueList<ConvolutionLayer> _convolutions =
        new([new(32, Pool: 2), new(32, Pool: 2), new(16, Pool: 2, PoolPadding: Padding.Same)]);

    /// <summary>
    /// The paper's architecture for handwritten digits, and the default: images of 28 x 28 x 1; 32, 32 and 16 filters, each followed by
    /// 2 x 2 max-pooling; 4 x 4 x 16 features.
    /// </summary>
    public static ConvolutionalVariationalAutoencoder Digits { get; } = new();

    /// <summary>
    /// The paper's architecture for house numbers: images of 32 x 32 x 3; 64, 96, 64 and 8 filters, with 2 x 2 max-pooling after the first
    /// three; 4 x 4 x 8 features.
    /// </summary>
    public static ConvolutionalVariationalAutoencoder HouseNumbers { get; } =
        new() { Image = new(32, 32, 3), Convolutions = [new(64, Pool: 2), new(96, Pool: 2), new(64, Pool: 2), new(8)] };

    /// <summary>The size of the images; <see cref="ImageSize"/> describes their layout in a row. Default 28 x 28 x 1.</summary>
    public ImageSize Image { get; init; } = new(28, 28);

    /// <summary>The encoder's convolutions in order. Default: those of <see cref="Digits"/>.</summary>
    public IReadOnlyList<ConvolutionLayer> Convolutions { get => _convolutions; init => _convolutions = new(value); }

    /// <summary>The size of the style latent. Default 10.</summary>
    public int Style { get; init; } = 10;

    /// <summary>The size of the content latent. Default 10.</summary>
    public int Content { get; init; } = 10;

    /// <summary>The activation of every hidden layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>The distribution of the initial weights. Default <see cref="WeightInitialization.FanInUniform"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <summary>Describes each invalid setting in one sentence; empty if all are valid.</summary>
    /// <param name="owner">The name of this autoencoder in messages.</param>
    public IEnumerable<string> Faults(string owner) =>
    [
        .. ConvolutionEncoder.Faults(owner, Image, Convolutions),
        .. SettingFaults.AtLeast(1, $"{owner}.Style", Style),
        .. SettingFaults.AtLeast(1, $"{owner}.Content", Content),
        .. SettingFaults.Defined($"{owner}.Activation", Activation),
        .. SettingFaults.Defined($"{owner}.Initialization", Initialization),
    ];

    /// <summary>Creates the layers with initial weights.</summary>
    /// <param name="engine">The engine that holds the parameters.</param>
    /// <param name="inputSize">The number of values in a row.</param>
    /// <param name="random">The random number generator for the weights.</param>
    /// <exception cref="ArgumentException"><paramref name="inputSize"/> is not the number of values of <see cref="Image"/>.</exception>
    public ConvolutionalVariationalModule Build(Engine engine, int inputSize, Random random)
    {
        ConvolutionEncoder convolutions = Encoder(engine, inputSize, random);
        Dense styleMean = Head(engine, "style.mean", convolutions, Style, random);
        Dense styleLogVariance = Head(engine, "style.logVariance", convolutions, Style, random);
        Dense contentMean = Head(engine, "content.mean", convolutions, Content, random);
        Dense contentLogVariance = Head(engine, "content.logVariance", convolutions, Content, random);
        var decoder = new ConvolutionDecoder(engine, Style + Content, Image, Convolutions, Activation, Initialization, random);
        return new ConvolutionalVariationalModule(new ContentModule(convolutions, contentMean), styleMean, styleLogVariance,
            contentLogVariance, decoder);
    }

    /// <summary>Creates only the layers that compute the mean of the content, with initial weights.</summary>
    internal ContentModule BuildContent(Engine engine, int inputSize, Random random)
    {
        ConvolutionEncoder convolutions = Encoder(engine, inputSize, random);
        return new ContentModule(convolutions, Head(engine, "content.mean", convolutions, Content, random));
    }

    private ConvolutionEncoder Encoder(Engine engine, int inputSize, Random random) =>
        new(engine, inputSize, Image, Convolutions, Activation, Initialization, random);

    private Dense Head(Engine engine, string name, ConvolutionEncoder convolutions, int size, Random random) =>
        new(engine, name, convolutions.OutputSize, size, Activation.Identity, Initialization, random);
}
