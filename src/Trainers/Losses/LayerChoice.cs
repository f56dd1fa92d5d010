namespace Disentangle.ML.Trainers;

/// <summary>The layers a regulariser applies to.</summary>
public enum LayerChoice
{
    /// <summary>The embedding only.</summary>
    Embedding,

    /// <summary>All hidden layers, including the embedding and an autoencoder's decoder. The loss is the sum over them.</summary>
    AllHidden,
}
