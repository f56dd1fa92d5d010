namespace Disentangle.ML.Transforms;

/// <summary>A latent vector of a joint autoencoder.</summary>
public enum Latent
{
    /// <summary>What distinguishes the classes.</summary>
    Content,

    /// <summary>What classes have in common.</summary>
    Style,
}
