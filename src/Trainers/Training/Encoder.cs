using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A network with its weights, and the classifier on top of it if it has one. It does not change while it encodes: any number of
/// <see cref="EncoderSession"/>s may use it at once.
/// </summary>
public sealed class Encoder
{
    /// <summary>An encoder with fresh weights.</summary>
    /// <param name="engine">Where the parameters are made.</param>
    /// <param name="network">The architecture.</param>
    /// <param name="inputSize">The number of features in a row, or in a step of a sequence.</param>
    /// <param name="classCount">The number of classes the classifier tells apart, at least 2; 0 for no classifier.</param>
    /// <param name="similarity">How the classifier compares embeddings and classes. Default null: linear.</param>
    /// <param name="seed">Decides the weights.</param>
    /// <param name="normalize">Whether embeddings are scaled to length 1.</param>
    public Encoder(
        Engine engine, Network network, int inputSize, int classCount, Similarity? similarity = null, int seed = 0, bool normalize = false)
        : this(engine, network, inputSize, classCount, similarity, seed, normalize, scaling: null)
    {
    }

    internal Encoder(Engine engine, Network network, int inputSize, int classCount, Similarity? similarity, int seed, bool normalize, InputScaling? scaling)
        : this(engine, network, inputSize, classCount, similarity, new Random(seed), normalize, scaling)
    {
    }

    private Encoder(Engine engine, Network network, int inputSize, int classCount, Similarity? similarity, Random random, bool normalize, InputScaling? scaling)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfNegative(classCount);
        ArgumentOutOfRangeException.ThrowIfEqual(classCount, 1);
        Network = network;
        Input = new InputShape(inputSize, network.StepSize is not null);
        ClassCount = classCount;
        Scaling = scaling;
        ScaledInput = scaling is null ? Input : Input with { Width = scaling.OutputSize };
        NormalizesEmbedding = normalize;
        Module = (normalize ? network.ForDirections() : network).Build(engine, ScaledInput.Width, random);
        Similarity = similarity ?? Similarity.Linear;
        Classifier = classCount == 0 ? null : new Classifier(engine, Similarity, network.EmbeddingSize, classCount, normalize, random);
        Parameters = [.. Module.Parameters, .. Classifier?.Parameters ?? []];
    }

    /// <summary>The architecture.</summary>
    public Network Network { get; }

    /// <summary>What rows it takes.</summary>
    public InputShape Input { get; }

    /// <summary>The number of classes the classifier tells apart; 0 without classifier.</summary>
    public int ClassCount { get; }

    /// <summary>How the classifier compares embeddings and classes.</summary>
    public Similarity Similarity { get; }

    /// <summary>The number of values in an embedding.</summary>
    public int EmbeddingSize => Network.EmbeddingSize;

    /// <summary>Whether embeddings are scaled to length 1.</summary>
    public bool NormalizesEmbedding { get; }

    /// <summary>Whether it can make its input of the embedding again.</summary>
    public bool HasDecoder => Module is AutoencoderModule;

    /// <summary>The weights and biases of network and classifier, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The same encoder with its weights copied to another engine.</summary>
    /// <param name="engine">Where the parameters are made.</param>
    public Encoder On(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var copy = new Encoder(engine, Network, Input.Width, ClassCount, Similarity, WeightStore.NoRandom(), NormalizesEmbedding, Scaling);
        WeightStore.Copy(Parameters, engine, copy.Parameters);
        return copy;
    }

    internal NetworkModule Module { get; }

    internal Classifier? Classifier { get; }

    /// <summary>What is done to features before the network; null for nothing.</summary>
    internal InputScaling? Scaling { get; }

    /// <summary>What rows look like once they are scaled.</summary>
    internal InputShape ScaledInput { get; }

    /// <summary>Runs the network over scaled rows: its layers in order, the embedding last.</summary>
    internal IReadOnlyList<Layer> Forward(Engine engine, NetworkInput input)
    {
        IReadOnlyList<Layer> layers = Module.Forward(engine, input);
        return NormalizesEmbedding ? [.. layers.SkipLast(1), layers[^1] with { Output = engine.NormalizeRows(layers[^1].Output) }] : layers;
    }
}
