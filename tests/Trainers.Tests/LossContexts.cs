using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests;

/// <summary>Contexts as losses meet them in training.</summary>
internal static class LossContexts
{
    public static LossContext Create(Engine engine, LayerOutput embedding, int[] labels, Tensor? logits = null, Tensor? classWeights = null,
        int classCount = 2, int epoch = 0, IReadOnlyList<LayerOutput>? layersBefore = null, Reconstruction? reconstruction = null,
        float[]? features = null, bool paired = false)
    {
        var batch = new RowBatch(new InputShape(features is null ? 1 : features.Length / labels.Length, IsSequence: false));
        for (int i = 0; i < labels.Length; i++)
            batch.Add(features is null ? [0f] : features.AsSpan(i * (features.Length / labels.Length), features.Length / labels.Length),
                labels[i]);
        batch.PairCount = paired ? labels.Length / 2 : 0;
        return new LossContext(engine, batch, batch.ToInput(engine).Values, [.. layersBefore ?? [], embedding], logits, classWeights,
            reconstruction, classCount, epoch);
    }
}
