using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A convolutional network for images: convolutions with pooling, then fully connected layers. The last layer is the embedding. All layers
/// have the same activation.
/// </summary>
public sealed record CnnNetwork : Network
{
    private readonly ValueList<ConvolutionLayer> _convolutions = new([new(15, Pool: 2), new(30, Pool: 2), new(60, Pool: 2)]);
    private readonly ValueList<int> _hidden = new([128]);

    /// <summary>The size of the images; <see cref="ImageSize"/> describes their layout in a row. Default 28 x 28 x 1.</summary>
    public ImageSize Image { get; init; } = new(28, 28);

    /// <summary>The convolutions in order. Default: 15, 30 and 60 filters of 3 x 3, each followed by 2 x 2 max-pooling.</summary>
    public IReadOnlyList<ConvolutionLayer> Convolutions { get => _convolutions; init => _convolutions = new(value); }

    /// <summary>The sizes of the fully connected layers before the embedding, in order. Default: one of 128.</summary>
    public IReadOnlyList<int> Hidden { get => _hidden; init => _hidden = new(value); }

    /// <summary>The size of the embedding. Default 64.</summary>
    public int Embedding { get; init; } = 64;

    /// <summary>The activation of every layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>
    /// The activation of the embedding. Default null: <see cref="Activation"/>, or none if embeddings are scaled to length 1, so that they
    /// use the whole sphere.
    /// </summary>
    public Activation? EmbeddingActivation { get; init; }

    /// <summary>The dropout rate between fully connected layers in training; 0 or more and less than 1. Default 0.</summary>
    public float Dropout { get; init; }

    /// <summary>The distribution of the initial weights. Default <see cref="WeightInitialization.FanInUniform"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    internal override Network ForDirections() =>
        EmbeddingActivation is null ? this with { EmbeddingActivation = Tensors.Activation.Identity } : this;

    /// <summary>
    /// The image network of COREL, the attractive-repulsive losses (Kenyon-Dean et al. 2019): 15, 30 and 60 filters, each followed by
    /// 2 x 2 max-pooling, and two fully connected layers, with LeakyReLU. The paper does not state the sizes of the fully connected
    /// layers; this one uses 128 and the embedding.
    /// </summary>
    /// <param name="image">The size of the images.</param>
    /// <param name="embedding">The size of the embedding. Default 64.</param>
    public static CnnNetwork Corel(ImageSize image, int embedding = 64) =>
        new() { Image = image, Embedding = embedding, Activation = Activation.LeakyReLU };

    /// <summary>
    /// The network for handwritten digits, 28 x 28 x 1, of JADE, the joint autoencoders (Banijamali et al. 2017): 32, 32 and 16 filters,
    /// each followed by 2 x 2 max-pooling; the last pooling includes incomplete windows at the edges, which leaves 4 x 4 x 16 = 256
    /// features.
    /// </summary>
    /// <param name="embedding">The size of the embedding. Default 10.</param>
    public static CnnNetwork JadeDigits(int embedding = 10) =>
        new() { Convolutions = ConvolutionalVariationalAutoencoder.Digits.Convolutions, Hidden = [], Embedding = embedding };

    /// <summary>
    /// The network for house numbers, 32 x 32 x 3, of JADE, the joint autoencoders (Banijamali et al. 2017): 64, 96, 64 and 8 filters,
    /// with 2 x 2 max-pooling after the first three, which leaves 4 x 4 x 8 = 128 features.
    /// </summary>
    /// <param name="embedding">The size of the embedding. Default 10.</param>
    public static CnnNetwork JadeHouseNumbers(int embedding = 10) => new()
    {
        Image = ConvolutionalVariationalAutoencoder.HouseNumbers.Image,
        Convolutions = ConvolutionalVariationalAutoencoder.HouseNumbers.Convolutions,
        Hidden = [],
        Embedding = embedding,
    };

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() =>
    [
        .. ConvolutionEncoder.Faults("Network", Image, Convolutions),
        .. SettingFaults.LayerSizes("Network.Hidden", Hidden),
        .. SettingFaults.AtLeast(1, "Network.Embedding", Embedding),
        .. SettingFaults.DropoutRate("Network.Dropout", Dropout),
        .. SettingFaults.Defined("Network.Activation", Activation),
        .. SettingFaults.Defined("Network.Initialization", Initialization),
    ];

    /// <inheritdoc/>
    public override NetworkModule Build(Engine engine, int inputSize, Random random)
    {
        var convolutions = new ConvolutionEncoder(engine, inputSize, Image, Convolutions, Activation, Initialization, random);
        DenseSettings[] layers =
            [.. DenseStack.Hidden(Hidden, Activation), new("embedding", Embedding, EmbeddingActivation ?? Activation)];
        return new Module(convolutions, new DenseStack(engine, convolutions.OutputSize, layers, Initialization, random, Dropout));
    }

    private sealed class Module(ConvolutionEncoder convolutions, DenseStack dense) : NetworkModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } = [.. convolutions.Parameters, .. dense.Parameters];

        public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
        {
            var layers = new List<LayerOutput>();
            dense.Forward(engine, convolutions.Forward(engine, input.Values, layers), layers);
            return layers;
        }
    }
}
