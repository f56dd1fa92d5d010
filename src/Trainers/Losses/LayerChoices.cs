namespace Disentangle.ML.Trainers;

internal static class LayerChoices
{
    public static IEnumerable<Layer> Of(this LossContext context, LayerChoice choice) =>
        choice == LayerChoice.Embedding ? [context.Embedding] : context.HiddenLayers;

    public static Tensors.Tensor SumOver(this LossContext context, LayerChoice choice, Func<Layer, Tensors.Tensor> loss) =>
        context.Of(choice).Select(loss).Aggregate((left, right) => left + right);
}
