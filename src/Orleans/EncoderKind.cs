namespace Disentangle.ML.Orleans;

/// <summary>What a trial trains.</summary>
internal enum EncoderKind
{
    Encoder = 0,
    Autoencoder = 1,
}
