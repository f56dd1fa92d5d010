using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A fully connected autoencoder; by default the one of the annealed soft nearest neighbour loss (Agarap and Azcarraga 2020):
/// input-500-500-2000-d-2000-500-500-input with ReLU and a sigmoid code.
/// </summary>
public sealed record MlpAutoencoder : AutoencoderNetwork
{
    private readonly ValueList<int> _hidden = new([500, 500, 2000]);

    /// <summary>The sizes of the encoder's layers before the code, in order; the decoder mirrors them. Default: 500, 500, 2000.</summary>
    public IReadOnlyList<int> Hidden { get => _hidden; init => _hidden = new(value); }

    /// <summary>The size of the code, which is the embedding. Default 70; the paper does not state its value.</summary>
    public int Embedding { get; init; } = 70;

    /// <summary>The activation of every hidden layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>The activation of the code. Default sigmoid.</summary>
    public Activation CodeActivation { get; init; } = Activation.Sigmoid;

    /// <summary>
    /// The distribution of the initial weights. Default <see cref="WeightInitialization.He"/>: the weights of
    /// <see cref="WeightInitialization.FanInUniform"/> are so small that the signal fades over eight layers, and the output stays at the
    /// mean image for many epochs.
    /// </summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.He;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() =>
    [
        .. SettingFaults.LayerSizes("Network.Hidden", Hidden),
        .. SettingFaults.AtLeast(1, "Network.Embedding", Embedding),
        .. SettingFaults.Defined("Network.Activation", Activation),
        .. SettingFaults.Defined("Network.CodeActivation", CodeActivation),
        .. SettingFaults.Defined("Network.Initialization", Initialization),
    ];

    /// <inheritdoc/>
    public override AutoencoderModule Build(Engine engine, int inputSize, Random random)
    {
        DenseSettings[] coding = [.. DenseStack.Hidden(Hidden, Activation), new("embedding", Embedding, CodeActivation)];
        var coder = new DenseStack(engine, inputSize, coding, Initialization, random);
        DenseSettings[] decoding = [.. DenseStack.Hidden(Hidden.Reverse(), Activation, "decoder.hidden")];
        var decoder = new DenseStack(engine, Embedding, decoding, Initialization, random);
        return new Module(coder, decoder,
            new Dense(engine, "output", decoder.OutputSize, inputSize, Activation.Identity, Initialization, random));
    }

    private sealed class Module(DenseStack coder, DenseStack decoder, Dense output) : AutoencoderModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } = [.. coder.Parameters, .. decoder.Parameters, .. output.Parameters];

        public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
        {
            var layers = new List<LayerOutput>();
            coder.Forward(engine, input.Values, layers);
            return layers;
        }

        public override Reconstruction Decode(Engine engine, Tensor code, NetworkInput input)
        {
            var layers = new List<LayerOutput>();
            Tensor last = decoder.Forward(engine, code, layers);
            return new Reconstruction(layers, output.Forward(engine, last));
        }
    }
}
