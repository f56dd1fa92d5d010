using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A multi-layer perceptron: fully connected layers, the last of which is the embedding. h = a(W h' + b) with the same activation a throughout.
/// </summary>
public sealed record MlpNetwork : Network
{
    private readonly ValueList<int> _hidden = new([256]);

    /// <summary>The sizes of the layers before the embedding, first to last. Default: one of 256.</summary>
    public IReadOnlyList<int> Hidden { get => _hidden; init => _hidden = new(value); }

    /// <summary>The size of the embedding. Default 32.</summary>
    public int Embedding { get; init; } = 32;

    /// <summary>Applied to every layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>
    /// Applied to the embedding. Default null: as <see cref="Activation"/>; none where embeddings are scaled to length 1, so that directions use the whole sphere.
    /// </summary>
    public Activation? EmbeddingActivation { get; init; }

    /// <summary>How weights are drawn. Default <see cref="WeightInitialization.FanInUniform"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    internal override Network ForDirections() => EmbeddingActivation is null ? this with { EmbeddingActivation = Tensors.Activation.Identity } : this;

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
        DenseSettings[] layers = [.. DenseStack.Hidden(Hidden, Activation), new("embedding", Embedding, EmbeddingActivation ?? Activation)];
        return new Module(new DenseStack(engine, inputSize, layers, Initialization, random));
    }

    private sealed class Module(DenseStack stack) : NetworkModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } = [.. stack.Parameters];

        public override IReadOnlyList<Layer> Forward(Engine engine, NetworkInput input)
        {
            var layers = new List<Layer>();
            stack.Forward(engine, input.Values, layers);
            return layers;
        }
    }
}
