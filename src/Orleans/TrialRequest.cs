using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Disentangle.ML.Orleans;

/// <summary>A trial to train: options and names of data, never code.</summary>
[GenerateSerializer, Alias("Disentangle.ML.TrialRequest")]
internal sealed record TrialRequest
{
    /// <summary>The version of the driver; a silo of another version refuses the request.</summary>
    [Id(0)]
    public required string Version { get; init; }

    /// <summary>Encoder or autoencoder.</summary>
    [Id(1)]
    public required EncoderKind Kind { get; init; }

    /// <summary>The options of the encoder as in a saved model, in JSON.</summary>
    [Id(2)]
    public required string Options { get; init; }

    [Id(3)]
    public required int? NumberOfClusters { get; init; }

    [Id(4)]
    public required SweepDescription Sweep { get; init; }

    /// <summary>Whether the reply must have the model.</summary>
    [Id(5)]
    public bool NeedsModel { get; init; }

    /// <summary>The hash of everything that decides the result.</summary>
    public string Hash()
    {
        string content = JsonSerializer.Serialize(this with { NeedsModel = false });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..32];
    }
}
