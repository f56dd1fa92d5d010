using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// A network with weights, and optionally a classifier on top of it. Encoding does not modify it, so any number of
/// <see cref="EncoderSession"/>s may share it.
/// </summary>
public sealed class Encoder
{
    /// <summary>Creates an encoder with random weights.</summary>
    /// <param name="engine">The engine that creates the parameters.</param>
    /// <param name="network">The architecture.</param>
    /// <param name="inputSize">The number of features in a row, or in a step of a sequence.</param>
    /// <param name="classCount">The number of classes of the classifier, at least 2; 0 for no classifier.</param>
    /// <param name="similarity">How the classifier compares embeddings with classes. Default null: linear.</param>
    /// <param name="seed">The seed of the weights.</param>
    /// <param name="normalize">Whether embeddings are scaled to length 1.</param>
    public Encoder(
        Engine engine, Network network, int inputSize, int classCount, Similarity? similarity = null, int seed = 0, bool normalize = false)
        : this(engine, network, inputSize, classCount, similarity, seed, normalize, scaling: null)
    {
    }

    internal Encoder(Engine engine, Network network, int inputSize, int classCount, Similarity? similarity, int seed, bool normalize,
        InputScaling? scaling)
        : this(engine, network, inputSize, classCount, similarity, new Random(seed), normalize, scaling)
    {
    }

    private Encoder(Engine engine, Network network, int inputSize, int classCount, Similarity? similarity, Random random, bool normalize,
        InputScaling? scaling)
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

    /// <summary>The shape of the rows.</summary>
    public InputShape Input { get; }

    /// <summary>The number of classes of the classifier; 0 without a classifier.</summary>
    public int ClassCount { get; }

    /// <summary>How the classifier compares embeddings with classes.</summary>
    public Similarity Similarity { get; }

    /// <summary>The number of values in an embedding.</summary>
    public int EmbeddingSize => Network.EmbeddingSize;

    /// <summary>Whether embeddings are scaled to length 1.</summary>
    public bool NormalizesEmbedding { get; }

    /// <summary>Whether it can reconstruct its input from the embedding.</summary>
    public bool HasDecoder => Module is AutoencoderModule;

    /// <summary>The weights and biases of the network and the classifier, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Copies the encoder to another engine.</summary>
    /// <param name="engine">The engine that creates the parameters.</param>
    public Encoder On(Engine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var copy = new Encoder(engine, Network, Input.Width, ClassCount, Similarity, WeightStore.NoRandom(), NormalizesEmbedding, Scaling);
        WeightStore.Copy(Parameters, engine, copy.Parameters);
        return copy;
    }

    internal NetworkModule Module { get; }

    internal Classifier? Classifier { get; }

    /// <summary>How features are scaled before the network; null if they are not.</summary>
    internal InputScaling? Scaling { get; }

    /// <summary>The shape of scaled rows.</summary>
    internal InputShape ScaledInput { get; }

    /// <summary>Runs the network on scaled rows. Returns its layers in order, with the embedding last.</summary>
    internal IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
    {
        IReadOnlyList<LayerOutput> layers = Module.Forward(engine, input);
        return NormalizesEmbedding ? [.. layers.SkipLast(1), layers[^1] with { Output = engine.NormalizeRows(layers[^1].Output) }] : layers;
    }
}
