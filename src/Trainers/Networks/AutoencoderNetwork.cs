using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The architecture of an autoencoder: a network whose embedding is the code, and a decoder that makes the input of it again.</summary>
public abstract record AutoencoderNetwork : Network
{
    /// <inheritdoc/>
    public abstract override AutoencoderModule Build(Engine engine, int inputSize, Random random);
}

/// <summary>The layers of an autoencoder, with weights. <see cref="NetworkModule.Forward"/> is the encoder; its parameters are those of both halves.</summary>
public abstract class AutoencoderModule : NetworkModule
{
    /// <summary>Makes the input of the code again.</summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="code">The embedding that <see cref="NetworkModule.Forward"/> gave: [rows x embedding].</param>
    /// <param name="input">What was encoded; a decoder of sequences takes its lengths from it.</param>
    public abstract Reconstruction Decode(Engine engine, Tensor code, NetworkInput input);
}

/// <summary>What a decoder gave for a batch.</summary>
/// <param name="Layers">Its hidden layers in order.</param>
/// <param name="Output">In the shape of the input's values, before the last activation: sigmoid of it is the input where that lies between 0 and 1.</param>
public sealed record Reconstruction(IReadOnlyList<Layer> Layers, Tensor Output);
