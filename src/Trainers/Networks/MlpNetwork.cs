using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A multi-layer perceptron: fully connected layers h = a(W h' + b) with the same activation a. The last layer is the embedding.
/// </summary>
public sealed record MlpNetwork : Network
{
    private readonly ValueList<int> _hidden = new([256]);

    /// <summary>The sizes of the layers before the embedding, in order. Default: one of 256.</summary>
    public IReadOnlyList<int> Hidden { get => _hidden; init => _hidden = new(value); }

    /// <summary>The size of the embedding. Default 32.</summary>
    public int Embedding { get; init; } = 32;

    /// <summary>The activation of every layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>
    /// The activation of the embedding. Default null: <see cref="Activation"/>, or none if embeddings are scaled to length 1, so that they
    /// use the whole sphere.
    /// </summary>
    public Activation? EmbeddingActivation { get; init; }

    /// <summary>The distribution of the initial weights. Default <see cref="WeightInitialization.FanInUniform"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    internal override Network ForDirections() =>
        EmbeddingActivation is null ? this with { EmbeddingActivation = Tensors.Activation.Identity } : this;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults() =>
    [
        .. SettingFaults.LayerSizes("Network.Hidden", Hidden),
        .. SettingFaults.AtLeast(1, "Network.Embedding", Embedding),
        .. SettingFaults.Defined("Network.Activation", Activation),
        .. SettingFaults.Defined("Network.Initialization", Initialization),
    ];

    /// <inheritdoc/>
    public override NetworkModule Build(Engine engine, int inputSize, Random random)
    {
        DenseSettings[] layers =
            [.. DenseStack.Hidden(Hidden, Activation), new("embedding", Embedding, EmbeddingActivation ?? Activation)];
        return new Module(new DenseStack(engine, inputSize, layers, Initialization, random));
    }

    private sealed class Module(DenseStack stack) : NetworkModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } = [.. stack.Parameters];

        public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
        {
            var layers = new List<LayerOutput>();
            stack.Forward(engine, input.Values, layers);
            return layers;
        }
    }
}
