using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A trained encoder from which training starts instead of random weights.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="Classes">For each class of the new training, the same class of the encoder, or -1 for a new class.</param>
internal sealed record WarmStart(Encoder Encoder, IReadOnlyList<int> Classes)
{
    /// <summary>Tells trainings that start from different weights apart.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (Parameter parameter in Encoder.Parameters)
                hash.AppendData(MemoryMarshal.AsBytes<float>(parameter.Value.ToArray()));
            foreach (int c in Classes)
                hash.AppendData(BitConverter.GetBytes(c));
            return Convert.ToHexString(hash.GetHashAndReset());
        }
    }

    /// <summary>Refuses to train what is not the same network on the same features.</summary>
    /// <exception cref="ArgumentException">The network, the number of features or the normalisation differs.</exception>
    public void Require(EncoderTrainingOptions options, int inputSize)
    {
        if (options.Network != Encoder.Network)
            throw new ArgumentException($"The previous model has another network: {Encoder.Network}; the options have {options.Network}.", nameof(options));
        if (inputSize != Encoder.Input.Width)
            throw new ArgumentException($"The previous model takes {Encoder.Input.Width} features; the data have {inputSize}.", nameof(options));
        if (options.NormalizesEmbedding != Encoder.NormalizesEmbedding)
        {
            throw new ArgumentException($"The previous model {(Encoder.NormalizesEmbedding ? "scales" : "does not scale")} embeddings to length 1 and the "
                + "options do the opposite; set NormalizeEmbedding as it was.", nameof(options));
        }
    }

    /// <summary>Copies the weights of the network, and those of the classifier for the classes that are not new.</summary>
    public void CopyTo(Encoder encoder, Engine engine)
    {
        foreach ((Parameter from, Parameter to) in Encoder.Module.Parameters.Zip(encoder.Module.Parameters))
            engine.SetValues(to, from.Value.ToArray());
        if (Encoder.Classifier is { } before && encoder.Classifier is { } classifier && Encoder.Similarity == encoder.Similarity)
            classifier.CopyFrom(before, Classes, engine);
    }
}
