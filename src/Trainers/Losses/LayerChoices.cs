namespace Disentangle.ML.Trainers;

internal static class LayerChoices
{
    public static IEnumerable<LayerOutput> Of(this LossContext context, LayerChoice choice) =>
        choice == LayerChoice.Embedding ? [context.Embedding] : context.HiddenLayers;

    public static Tensors.Tensor SumOver(this LossContext context, LayerChoice choice, Func<LayerOutput, Tensors.Tensor> loss) =>
        context.Of(choice).Select(loss).Aggregate((left, right) => left + right);
}
