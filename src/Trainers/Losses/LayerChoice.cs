namespace Disentangle.ML.Trainers;

/// <summary>Which layers a regulariser looks at.</summary>
public enum LayerChoice
{
    /// <summary>The embedding only.</summary>
    Embedding,

    /// <summary>All hidden layers, the embedding among them; of an autoencoder the decoder's too. The loss is the sum over them.</summary>
    AllHidden,
}

internal static class LayerChoices
{
    public static IEnumerable<Layer> Of(this LossContext context, LayerChoice choice) =>
        choice == LayerChoice.Embedding ? [context.Embedding] : context.HiddenLayers;

    public static Tensors.Tensor SumOver(this LossContext context, LayerChoice choice, Func<Layer, Tensors.Tensor> loss) =>
        context.Of(choice).Select(loss).Aggregate((left, right) => left + right);
}
