using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The architecture of an encoder, which maps a row of features to its embedding. A record of settings; training creates the weights.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "network")]
[JsonDerivedType(typeof(MlpNetwork), "mlp")]
[JsonDerivedType(typeof(CnnNetwork), "cnn")]
[JsonDerivedType(typeof(TextCnnNetwork), "textCnn")]
[JsonDerivedType(typeof(GruNetwork), "gru")]
[JsonDerivedType(typeof(MlpAutoencoder), "mlpAutoencoder")]
[JsonDerivedType(typeof(CnnAutoencoder), "cnnAutoencoder")]
[JsonDerivedType(typeof(GruAutoencoder), "gruAutoencoder")]
public abstract record Network
{
    /// <summary>The number of values in the embedding.</summary>
    public abstract int EmbeddingSize { get; }

    /// <summary>
    /// The number of values in a step for a network of sequences; null for a network of vectors of a fixed size. A sequence is a vector of
    /// Single with its steps concatenated, so its length is a multiple of the step size.
    /// </summary>
    public virtual int? StepSize => null;

    /// <summary>A multi-layer perceptron; see <see cref="MlpNetwork"/>.</summary>
    /// <param name="hidden">The sizes of the layers before the embedding, in order; empty for none.</param>
    /// <param name="embedding">The size of the embedding.</param>
    /// <param name="activation">The activation of every hidden layer and the embedding. Default ReLU.</param>
    public static MlpNetwork Mlp(IReadOnlyList<int> hidden, int embedding, Activation activation = Activation.ReLU) =>
        new() { Hidden = hidden, Embedding = embedding, Activation = activation };

    /// <summary>A convolutional network for images; see <see cref="CnnNetwork"/>.</summary>
    /// <param name="image">The size of the images.</param>
    /// <param name="convolutions">The convolutions in order.</param>
    /// <param name="hidden">The sizes of the fully connected layers before the embedding, in order; empty for none.</param>
    /// <param name="embedding">The size of the embedding.</param>
    /// <param name="activation">The activation of every layer. Default ReLU.</param>
    public static CnnNetwork Cnn(
        ImageSize image, IReadOnlyList<ConvolutionLayer> convolutions, IReadOnlyList<int> hidden, int embedding,
        Activation activation = Activation.ReLU) =>
        new() { Image = image, Convolutions = convolutions, Hidden = hidden, Embedding = embedding, Activation = activation };

    /// <summary>A convolutional network for texts; see <see cref="TextCnnNetwork"/>.</summary>
    /// <param name="wordSize">The number of values in a word vector.</param>
    /// <param name="embedding">The size of the embedding.</param>
    /// <param name="vocabularySize">The number of words whose vectors are learned. Default 0: the data contain the word vectors.</param>
    public static TextCnnNetwork TextCnn(int wordSize, int embedding, int vocabularySize = 0) =>
        new() { WordSize = wordSize, Embedding = embedding, VocabularySize = vocabularySize };

    /// <summary>A gated recurrent unit for sequences; see <see cref="GruNetwork"/>.</summary>
    /// <param name="inputSize">The number of values in a step.</param>
    /// <param name="hidden">The number of units.</param>
    /// <param name="embedding">The size of the embedding.</param>
    public static GruNetwork Gru(int inputSize, int hidden, int embedding) =>
        new() { InputSize = inputSize, Hidden = hidden, Embedding = embedding };

    /// <summary>A fully connected autoencoder; see <see cref="Trainers.MlpAutoencoder"/>.</summary>
    /// <param name="hidden">The sizes of the encoder's layers before the code, in order; the decoder mirrors them.</param>
    /// <param name="embedding">The size of the code.</param>
    public static MlpAutoencoder MlpAutoencoder(IReadOnlyList<int> hidden, int embedding) =>
        new() { Hidden = hidden, Embedding = embedding };

    /// <summary>A convolutional autoencoder for images; see <see cref="Trainers.CnnAutoencoder"/>.</summary>
    /// <param name="image">The size of the images.</param>
    /// <param name="convolutions">The encoder's convolutions in order; the decoder mirrors them.</param>
    /// <param name="hidden">
    /// The sizes of the fully connected layers between the convolutions and the code, in order; empty for none.
    /// </param>
    /// <param name="embedding">The size of the code.</param>
    public static CnnAutoencoder CnnAutoencoder(ImageSize image, IReadOnlyList<ConvolutionLayer> convolutions, IReadOnlyList<int> hidden,
        int embedding) => new() { Image = image, Convolutions = convolutions, Hidden = hidden, Embedding = embedding };

    /// <summary>An autoencoder for sequences; see <see cref="Trainers.GruAutoencoder"/>.</summary>
    /// <param name="inputSize">The number of values in a step.</param>
    /// <param name="hidden">The number of units in the encoder and in the decoder.</param>
    /// <param name="embedding">The size of the code.</param>
    public static GruAutoencoder GruAutoencoder(int inputSize, int hidden, int embedding) =>
        new() { InputSize = inputSize, Hidden = hidden, Embedding = embedding };

    /// <summary>Whether features are word indices, which must not be scaled.</summary>
    internal virtual bool ReadsWordNumbers => false;

    /// <summary>
    /// The network for embeddings scaled to length 1: a default activation of the embedding is removed, so that embeddings use the whole
    /// sphere.
    /// </summary>
    internal virtual Network ForDirections() => this;

    /// <summary>How the neighbour search compares sequences.</summary>
    internal virtual SequenceSummary Comparison => default;

    /// <summary>Describes each invalid setting in one sentence; empty if all are valid.</summary>
    public abstract IEnumerable<string> Faults();

    /// <summary>Creates the layers with initial weights.</summary>
    /// <param name="engine">The engine that holds the parameters.</param>
    /// <param name="inputSize">The number of features in a row, or in a step of a sequence.</param>
    /// <param name="random">The random number generator for the weights.</param>
    /// <exception cref="ArgumentException">The network does not accept rows of this size; the message says why.</exception>
    public abstract NetworkModule Build(Engine engine, int inputSize, Random random);
}
