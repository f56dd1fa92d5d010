using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The architecture of an encoder: what turns a row of features into its embedding. A record of settings; the weights are made when training starts.
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
    /// For a network that reads sequences, the number of values in a step; null for one that reads vectors of a fixed size. A sequence is a vector of Single
    /// that holds its steps one after the other, so its length is a multiple of this.
    /// </summary>
    public virtual int? StepSize => null;

    /// <summary>A multi-layer perceptron; see <see cref="MlpNetwork"/>.</summary>
    /// <param name="hidden">The sizes of the layers before the embedding, first to last; empty for none.</param>
    /// <param name="embedding">The size of the embedding.</param>
    /// <param name="activation">Applied to every hidden layer and to the embedding. Default ReLU.</param>
    public static MlpNetwork Mlp(IReadOnlyList<int> hidden, int embedding, Activation activation = Activation.ReLU) =>
        new() { Hidden = hidden, Embedding = embedding, Activation = activation };

    /// <summary>A convolutional network for images; see <see cref="CnnNetwork"/>.</summary>
    /// <param name="image">The size of the images.</param>
    /// <param name="convolutions">The convolutions, first to last.</param>
    /// <param name="hidden">The sizes of the fully connected layers before the embedding, first to last; empty for none.</param>
    /// <param name="embedding">The size of the embedding.</param>
    /// <param name="activation">Applied to every layer. Default ReLU.</param>
    public static CnnNetwork Cnn(
        ImageSize image, IReadOnlyList<ConvolutionLayer> convolutions, IReadOnlyList<int> hidden, int embedding, Activation activation = Activation.ReLU) =>
        new() { Image = image, Convolutions = convolutions, Hidden = hidden, Embedding = embedding, Activation = activation };

    /// <summary>A convolutional network for texts; see <see cref="TextCnnNetwork"/>.</summary>
    /// <param name="wordSize">The number of values in a word vector.</param>
    /// <param name="embedding">The size of the embedding.</param>
    /// <param name="vocabularySize">The number of words whose vectors are learned. Default 0: the data hold the word vectors.</param>
    public static TextCnnNetwork TextCnn(int wordSize, int embedding, int vocabularySize = 0) =>
        new() { WordSize = wordSize, Embedding = embedding, VocabularySize = vocabularySize };

    /// <summary>A gated recurrent unit for sequences; see <see cref="GruNetwork"/>.</summary>
    /// <param name="inputSize">The number of values in a step.</param>
    /// <param name="hidden">The number of units.</param>
    /// <param name="embedding">The size of the embedding.</param>
    public static GruNetwork Gru(int inputSize, int hidden, int embedding) => new() { InputSize = inputSize, Hidden = hidden, Embedding = embedding };

    /// <summary>A fully connected autoencoder; see <see cref="Trainers.MlpAutoencoder"/>.</summary>
    /// <param name="hidden">The sizes of the encoder's layers before the code, first to last; the decoder mirrors them.</param>
    /// <param name="embedding">The size of the code.</param>
    public static MlpAutoencoder MlpAutoencoder(IReadOnlyList<int> hidden, int embedding) => new() { Hidden = hidden, Embedding = embedding };

    /// <summary>A convolutional autoencoder for images; see <see cref="Trainers.CnnAutoencoder"/>.</summary>
    /// <param name="image">The size of the images.</param>
    /// <param name="convolutions">The encoder's convolutions, first to last; the decoder mirrors them.</param>
    /// <param name="hidden">The sizes of the fully connected layers between the convolutions and the code; empty for none.</param>
    /// <param name="embedding">The size of the code.</param>
    public static CnnAutoencoder CnnAutoencoder(ImageSize image, IReadOnlyList<ConvolutionLayer> convolutions, IReadOnlyList<int> hidden, int embedding) =>
        new() { Image = image, Convolutions = convolutions, Hidden = hidden, Embedding = embedding };

    /// <summary>An autoencoder for sequences; see <see cref="Trainers.GruAutoencoder"/>.</summary>
    /// <param name="inputSize">The number of values in a step.</param>
    /// <param name="hidden">The number of units in encoder and decoder.</param>
    /// <param name="embedding">The size of the code.</param>
    public static GruAutoencoder GruAutoencoder(int inputSize, int hidden, int embedding) =>
        new() { InputSize = inputSize, Hidden = hidden, Embedding = embedding };

    /// <summary>Whether features are numbers of words, which must not be scaled.</summary>
    internal virtual bool ReadsWordNumbers => false;

    /// <summary>
    /// The network for embeddings that are scaled to length 1: its embedding has no ReLU, unless it was asked for, so that directions use the whole sphere.
    /// </summary>
    internal virtual Network ForDirections() => this;

    /// <summary>How sequences are compared to find neighbours.</summary>
    internal virtual SequenceSummary Comparison => default;

    /// <summary>What is wrong with the settings, one sentence a fault.</summary>
    public abstract IEnumerable<string> Faults();

    /// <summary>Makes the layers with fresh weights.</summary>
    /// <param name="engine">Where the parameters live.</param>
    /// <param name="inputSize">The number of features in a row, or in a step of a sequence.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <exception cref="ArgumentException">The network cannot take rows of that size; the message says why.</exception>
    public abstract NetworkModule Build(Engine engine, int inputSize, Random random);
}

/// <summary>The layers of a network, with weights.</summary>
public abstract class NetworkModule
{
    /// <summary>The weights and biases, in a fixed order.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Runs the layers.</summary>
    /// <param name="engine">The engine to compute with; it need not be the one that made the parameters.</param>
    /// <param name="input">The rows.</param>
    /// <returns>The layers in order; the last one is the embedding.</returns>
    public abstract IReadOnlyList<Layer> Forward(Engine engine, NetworkInput input);
}

/// <summary>Rows on their way into a network.</summary>
/// <param name="Values">[rows x features]; for sequences [steps of all rows x step size], row after row.</param>
/// <param name="Lengths">For sequences the number of steps of each row, at least 1; empty for vectors.</param>
public readonly record struct NetworkInput(Tensor Values, ReadOnlyMemory<int> Lengths);

/// <summary>What a layer gave for a batch, and the weights it came from.</summary>
/// <param name="Output">[rows x neurons], after the activation.</param>
/// <param name="Weight">[neurons x inputs]: row r holds the incoming weights of neuron r.</param>
public sealed record Layer(Tensor Output, Tensor Weight);
