using System.Buffers;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Cross-entropy of the classifier, averaged over the labelled rows of a batch: -[t log σ(z) + (1-t) log(1-σ(z))] on one logit z for two
/// classes, -log softmax(z)_y for more. Both are computed from logits, without overflow.
/// </summary>
public sealed record CrossEntropyLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "cross-entropy";

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Labels | LossNeeds.Classifier;

    /// <inheritdoc/>
    public Tensor Compute(LossContext context)
    {
        ReadOnlySpan<int> labels = context.Labels;
        if (context.Logits.Shape[1] > 1)
            return context.Engine.SoftmaxCrossEntropy(context.Logits, labels);

        float[] targets = ArrayPool<float>.Shared.Rent(labels.Length);
        for (int i = 0; i < labels.Length; i++)
            targets[i] = labels[i] < 0 ? float.NaN : labels[i];
        Tensor loss = context.Engine.BinaryCrossEntropyWithLogits(context.Logits, targets.AsSpan(0, labels.Length));
        ArrayPool<float>.Shared.Return(targets);
        return loss;
    }
}
