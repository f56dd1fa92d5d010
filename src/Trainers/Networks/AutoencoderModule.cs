using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// The layers of an autoencoder, with weights. <see cref="NetworkModule.Forward"/> is the encoder; the parameters are those of encoder and
/// decoder.
/// </summary>
public abstract class AutoencoderModule : NetworkModule
{
    /// <summary>Reconstructs the input from the code.</summary>
    /// <param name="engine">The engine to compute with.</param>
    /// <param name="code">The embedding from <see cref="NetworkModule.Forward"/>: [rows x embedding].</param>
    /// <param name="input">The encoded input; a decoder of sequences reads their lengths from it.</param>
    public abstract Reconstruction Decode(Engine engine, Tensor code, NetworkInput input);
}
