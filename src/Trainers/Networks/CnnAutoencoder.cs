using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A convolutional autoencoder for images: convolutions with pooling, fully connected layers and the code. The decoder mirrors them, with
/// up-sampling instead of pooling.
/// </summary>
public sealed record CnnAutoencoder : AutoencoderNetwork
{
    private readonly ValueList<ConvolutionLayer> _convolutions =
        new([new(32, Pool: 2), new(32, Pool: 2), new(16, Pool: 2, PoolPadding: Padding.Same)]);
    private readonly ValueList<int> _hidden = new([]);

    /// <summary>The size of the images; <see cref="ImageSize"/> describes their layout in a row. Default 28 x 28 x 1.</summary>
    public ImageSize Image { get; init; } = new(28, 28);

    /// <summary>
    /// The encoder's convolutions in order. Default: 32, 32 and 16 filters of 3 x 3, each followed by 2 x 2 max-pooling. The decoder's
    /// convolutions keep the size of their images, whatever the <see cref="ConvolutionLayer.Padding"/>.
    /// </summary>
    public IReadOnlyList<ConvolutionLayer> Convolutions { get => _convolutions; init => _convolutions = new(value); }

    /// <summary>The sizes of the fully connected layers between the convolutions and the code. Default: none.</summary>
    public IReadOnlyList<int> Hidden { get => _hidden; init => _hidden = new(value); }

    /// <summary>The size of the code, which is the embedding. Default 64.</summary>
    public int Embedding { get; init; } = 64;

    /// <summary>The activation of every hidden layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>The activation of the code. Default sigmoid.</summary>
    public Activation CodeActivation { get; init; } = Activation.Sigmoid;

    /// <summary>The distribution of the initial weights. Default <see cref="WeightInitialization.FanInUniform"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() =>
    [
        .. ConvolutionEncoder.Faults("Network", Image, Convolutions),
        .. SettingFaults.LayerSizes("Network.Hidden", Hidden),
        .. SettingFaults.AtLeast(1, "Network.Embedding", Embedding),
        .. SettingFaults.Defined("Network.Activation", Activation),
        .. SettingFaults.Defined("Network.CodeActivation", CodeActivation),
        .. SettingFaults.Defined("Network.Initialization", Initialization),
    ];

    /// <inheritdoc/>
    public override AutoencoderModule Build(Engine engine, int inputSize, Random random)
    {
        var convolutions = new ConvolutionEncoder(engine, inputSize, Image, Convolutions, Activation, Initialization, random);
        DenseSettings[] coding = [.. DenseStack.Hidden(Hidden, Activation), new("embedding", Embedding, CodeActivation)];
        var coder = new DenseStack(engine, convolutions.OutputSize, coding, Initialization, random);
        DenseSettings[] decoding = [.. DenseStack.Hidden(Hidden.Reverse(), Activation, "decoder.hidden")];
        var decoder = new DenseStack(engine, Embedding, decoding, Initialization, random);
        var images = new ConvolutionDecoder(engine, decoder.OutputSize, Image, Convolutions, Activation, Initialization, random);
        return new Module(convolutions, coder, decoder, images);
    }

    private sealed class Module(ConvolutionEncoder convolutions, DenseStack coder, DenseStack decoder, ConvolutionDecoder images)
        : AutoencoderModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } =
            [.. convolutions.Parameters, .. coder.Parameters, .. decoder.Parameters, .. images.Parameters];

        public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
        {
            var layers = new List<LayerOutput>();
            coder.Forward(engine, convolutions.Forward(engine, input.Values, layers), layers);
            return layers;
        }

        public override Reconstruction Decode(Engine engine, Tensor code, NetworkInput input)
        {
            var layers = new List<LayerOutput>();
            Tensor output = images.Forward(engine, decoder.Forward(engine, code, layers), layers);
            return new Reconstruction(layers, output);
        }
    }
}
