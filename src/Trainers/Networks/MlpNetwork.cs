using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A multi-layer perceptron: fully connected layers, the last of which is the embedding. h = a(W h' + b) with the same activation a throughout.
/// </summary>
public sealed record MlpNetwork : Network
{
    /// <summary>The sizes of the layers before the embedding, first to last. Default: one of 256.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [256];

    /// <summary>The size of the embedding. Default 32.</summary>
    public int Embedding { get; init; } = 32;

    /// <summary>Applied to every layer. Default ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>How weights are drawn. Default <see cref="WeightInitialization.FanInUniform"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.FanInUniform;

    /// <inheritdoc/>
    public override int EmbeddingSize => Embedding;

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (Hidden.Any(size => size < 1))
            yield return $"Network.Hidden is [{string.Join(", ", Hidden)}]; every layer needs at least 1 neuron.";
        if (Embedding < 1)
            yield return $"Network.Embedding is {Embedding}; it must be at least 1.";
    }

    /// <inheritdoc/>
    public override NetworkModule Build(Engine engine, int inputSize, Random random)
    {
        int[] sizes = [inputSize, .. Hidden, Embedding];
        var layers = new Dense[sizes.Length - 1];
        for (int i = 0; i < layers.Length; i++)
        {
            string name = i == layers.Length - 1 ? "embedding" : $"hidden{i}";
            layers[i] = new Dense(engine, name, sizes[i], sizes[i + 1], Activation, Initialization, random);
        }
        return new Module(layers);
    }

    /// <summary>Two records are equal when their settings are; the list of sizes counts by its elements.</summary>
    public bool Equals(MlpNetwork? other) => other is not null
        && Embedding == other.Embedding && Activation == other.Activation && Initialization == other.Initialization && Hidden.SequenceEqual(other.Hidden);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Embedding, Activation, Initialization, Hidden.Count);

    private sealed class Module(Dense[] layers) : NetworkModule
    {
        public override IReadOnlyList<Parameter> Parameters { get; } = [.. layers.SelectMany(layer => layer.Parameters)];

        public override IReadOnlyList<Layer> Forward(Engine engine, NetworkInput input)
        {
            var outputs = new Layer[layers.Length];
            Tensor output = input.Values;
            for (int i = 0; i < layers.Length; i++)
            {
                output = layers[i].Forward(engine, output);
                outputs[i] = new Layer(output, layers[i].Weight.Value);
            }
            return outputs;
        }
    }
}
