using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The architecture of an autoencoder: a network whose embedding is the code, and a decoder that reconstructs its input from the code.
/// </summary>
public abstract record AutoencoderNetwork : Network
{
    /// <inheritdoc/>
    public abstract override AutoencoderModule Build(Engine engine, int inputSize, Random random);
}
