using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The variational autoencoder for images of JADE, the joint autoencoders (Banijamali et al. 2017): convolutions, and on their features the mean and the
/// log-variance of two Gaussian latents, style and content. The decoder mirrors the encoder, with up-sampling in place of pooling.
/// </summary>
public sealed record ConvolutionalVariationalAutoencoder
{
    private readonly ValueList<ConvolutionLayer> _convolutions = new([new(32, Pool: 2), new(32, Pool: 2), new(16, Pool: 2, PoolPadding: Padding.Same)]);

    /// <summary>
    /// The paper's for handwritten digits, and the default: 28 x 28 x 1; 32, 32 and 16 filters, 2 x 2 max-pooling after each; 4 x 4 x 16 features.
    /// </summary>
    public static ConvolutionalVariationalAutoencoder Digits { get; } = new();

    /// <summary>The paper's for house numbers: 32 x 32 x 3; 64, 96, 64 and 8 filters, 2 x 2 max-pooling after the first three; 4 x 4 x 8 features.</summary>
    public static ConvolutionalVariationalAutoencoder HouseNumbers { get; } =
        new() { Image = new(32, 32, 3), Convolutions = [new(64, Pool: 2), new(96, Pool: 2), new(64, Pool: 2), new(8)] };

    /// <summary>The size of the images that the rows are; how they are laid out is said there. Default 28 x 28 x 1.</summary>
    public ImageSize Image { get; init; } = new(28, 28);

    /// <summary>The encoder's convolutions, first to last. Default: those of <see cref="Digits"/>.</summary>
    public IReadOnlyList<ConvolutionLayer> Convolutions { get => _convolutions; init => _convolutions = new(value); }

    /// <summary>The size of the style latent. Default 10.</summary>
    public int Style { get; init; } = 10;

    /// <summary>The size of the content latent. Default 10.</summary>
    public int Content { get; init; } = 10;

    /// <summary>Applied to every hidden layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>How weights are drawn. Default <see cref="WeightInitialization.FanInUniform"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <summary>What is wrong with the settings, one sentence a fault.</summary>
    /// <param name="owner">How the messages call this autoencoder.</param>
    public IEnumerable<string> Faults(string owner) =>
    [
        .. ConvolutionEncoder.Faults(owner, Image, Convolutions),
        .. SettingFaults.AtLeast(1, $"{owner}.Style", Style),
        .. SettingFaults.AtLeast(1, $"{owner}.Content", Content),
        .. SettingFaults.Defined($"{owner}.Activation", Activation),
        .. SettingFaults.Defined($"{owner}.Initialization", Initialization),
    ];

    /// <summary>Makes the layers with fresh weights.</summary>
    /// <param name="engine">Where the parameters live.</param>
    /// <param name="inputSize">The number of values in a row.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <exception cref="ArgumentException">Rows of that size are not images of <see cref="Image"/>.</exception>
    public ConvolutionalVariationalModule Build(Engine engine, int inputSize, Random random)
    {
        ConvolutionEncoder convolutions = Encoder(engine, inputSize, random);
        Dense styleMean = Head(engine, "style.mean", convolutions, Style, random);
        Dense styleLogVariance = Head(engine, "style.logVariance", convolutions, Style, random);
        Dense contentMean = Head(engine, "content.mean", convolutions, Content, random);
        Dense contentLogVariance = Head(engine, "content.logVariance", convolutions, Content, random);
        var decoder = new ConvolutionDecoder(engine, Style + Content, Image, Convolutions, Activation, Initialization, random);
        return new ConvolutionalVariationalModule(new ContentModule(convolutions, contentMean), styleMean, styleLogVariance, contentLogVariance, decoder);
    }

    /// <summary>Makes only the layers that lead to the mean of the content, with fresh weights.</summary>
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

/// <summary>The layers from images to the mean of their content, with weights.</summary>
internal sealed class ContentModule(ConvolutionEncoder convolutions, Dense mean)
{
    public ConvolutionEncoder Convolutions => convolutions;

    public Dense Mean => mean;

    public IReadOnlyList<Parameter> Parameters { get; } = [.. convolutions.Parameters, .. mean.Parameters];

    /// <summary>[rows x height width channels] to [rows x features].</summary>
    public Tensor Features(Engine engine, Tensor images) => convolutions.Forward(engine, images, []);
}

/// <summary>The layers of a <see cref="ConvolutionalVariationalAutoencoder"/>, with weights.</summary>
public sealed class ConvolutionalVariationalModule
{
    private readonly Dense _styleLogVariance;
    private readonly Dense _contentLogVariance;
    private readonly ConvolutionDecoder _decoder;

    internal ConvolutionalVariationalModule(
        ContentModule content, Dense styleMean, Dense styleLogVariance, Dense contentLogVariance, ConvolutionDecoder decoder)
    {
        (Content, StyleMean, _styleLogVariance, _contentLogVariance, _decoder) = (content, styleMean, styleLogVariance, contentLogVariance, decoder);
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

    /// <summary>The posteriors of a batch.</summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="images">[rows x height width channels].</param>
    public VariationalCode Encode(Engine engine, Tensor images)
    {
        Tensor features = Content.Features(engine, images);
        return new VariationalCode(
            new GaussianCode(StyleMean.Forward(engine, features), _styleLogVariance.Forward(engine, features)),
            new GaussianCode(Content.Mean.Forward(engine, features), _contentLogVariance.Forward(engine, features)));
    }

    /// <summary>Makes images.</summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="style">[rows x style].</param>
    /// <param name="content">[rows x content].</param>
    /// <returns>[rows x height width channels], before the sigmoid.</returns>
    public Tensor Decode(Engine engine, Tensor style, Tensor content) => _decoder.Forward(engine, engine.Concatenate([style, content], 1), []);
}

/// <summary>The posteriors of a batch.</summary>
/// <param name="Style">Of what classes have in common.</param>
/// <param name="Content">Of what tells classes apart.</param>
public sealed record VariationalCode(GaussianCode Style, GaussianCode Content);

/// <summary>Gaussians with diagonal covariance, one a row.</summary>
/// <param name="Mean">[rows x d].</param>
/// <param name="LogVariance">[rows x d].</param>
public sealed record GaussianCode(Tensor Mean, Tensor LogVariance)
{
    /// <summary>A draw in a training step, differentiable in both; otherwise the mean.</summary>
    public Tensor Draw(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.IsTraining ? engine.SampleGaussian(Mean, LogVariance) : Mean;
    }
}
