using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A trained encoder whose weights training starts from.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="Classes">For each class of the new training, its index in the encoder, or -1 for a new class.</param>
internal sealed record WarmStart(Encoder Encoder, IReadOnlyList<int> Classes)
{
    /// <summary>A hash that identifies the start weights.</summary>
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

    /// <summary>Throws unless the options and the data match the encoder.</summary>
    /// <exception cref="ArgumentException">The network, the number of features or the normalisation differs.</exception>
    public void Require(EncoderTrainingOptions options, int inputSize)
    {
        if (options.Network != Encoder.Network)
            throw new ArgumentException($"The network of the previous model is {Encoder.Network}, "
                + $"but that of the options is {options.Network}.", nameof(options));
        if (inputSize != Encoder.Input.Width)
            throw new ArgumentException(
                $"The previous model was trained on {Encoder.Input.Width} features, but the data has {inputSize}.", nameof(options));
        if (options.NormalizesEmbedding != Encoder.NormalizesEmbedding)
        {
            throw new ArgumentException(
                $"The previous model {(Encoder.NormalizesEmbedding ? "scales" : "does not scale")} embeddings to length 1, but the "
                + "options do the opposite; set NormalizeEmbedding to the previous value.", nameof(options));
        }
        string[] layers = Layers(Encoder);
        bool trainsClassifier = options.Objective.Needs.HasFlag(LossNeeds.Classifier);
        if (options.FrozenLayers > layers.Length || (options.FrozenLayers == layers.Length && !trainsClassifier))
        {
            throw new ArgumentException($"FrozenLayers is {options.FrozenLayers}, but the network has {layers.Length} layers "
                + $"({string.Join(", ", layers)})"
                + (trainsClassifier ? "." : ", and the objective trains no classifier, so nothing would be left to train."),
                nameof(options));
        }
    }

    /// <summary>The parameters of an encoder without those of its first layers.</summary>
    public static IReadOnlyList<Parameter> Trainable(Encoder encoder, int frozenLayers)
    {
        string[] frozen = Layers(encoder)[..frozenLayers];
        return [.. encoder.Parameters.Where(parameter => !frozen.Contains(Layer(parameter)))];
    }

    /// <summary>The names of the network's layers, from the input.</summary>
    private static string[] Layers(Encoder encoder) => [.. encoder.Module.Parameters.Select(Layer).Distinct()];

    /// <summary>The name up to the last dot; parameters of custom networks may have none, and are then layers of their own.</summary>
    private static string Layer(Parameter parameter)
    {
        int dot = parameter.Name.LastIndexOf('.');
        return dot < 0 ? parameter.Name : parameter.Name[..dot];
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
