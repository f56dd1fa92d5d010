using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A network with its weights and the classifier on top of it. It does not change while it encodes: any number of <see cref="EncoderSession"/>s may
/// use it at once.
/// </summary>
public sealed class Encoder
{
    private readonly NetworkModule _module;
    private readonly Dense _classifier;

    /// <summary>An encoder with fresh weights.</summary>
    /// <param name="engine">Where the parameters are made.</param>
    /// <param name="network">The architecture.</param>
    /// <param name="inputSize">The number of features in a row, or in a step of a sequence.</param>
    /// <param name="classCount">The number of classes, at least 2.</param>
    /// <param name="seed">Decides the weights.</param>
    public Encoder(Engine engine, Network network, int inputSize, int classCount, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        var random = new Random(seed);
        Network = network;
        Input = new InputShape(inputSize, network.StepSize is not null);
        ClassCount = classCount;
        _module = network.Build(engine, inputSize, random);
        _classifier = new Dense(engine, "classifier", network.EmbeddingSize, LogitCount, Activation.Identity, WeightInitialization.FanInUniform, random);
        Parameters = [.. _module.Parameters, .. _classifier.Parameters];
    }

    /// <summary>The architecture.</summary>
    public Network Network { get; }

    /// <summary>What rows it takes.</summary>
    public InputShape Input { get; }

    /// <summary>The number of classes the classifier tells apart.</summary>
    public int ClassCount { get; }

    /// <summary>The number of values in an embedding.</summary>
    public int EmbeddingSize => Network.EmbeddingSize;

    /// <summary>Two classes need one logit, which speaks for class 1.</summary>
    internal int LogitCount => ClassCount == 2 ? 1 : ClassCount;

    /// <summary>The weights and biases of network and classifier, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    internal IReadOnlyList<Layer> Layers(Engine engine, NetworkInput input) => _module.Forward(engine, input);

    internal Tensor Logits(Engine engine, Tensor embedding) => _classifier.Forward(engine, embedding);
}
