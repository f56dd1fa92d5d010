using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Pushes the incoming weights of the embedding's neurons apart, as distributions: L = Σ_{r≠s} max(0, m - KL(softmax(W_r) ‖ softmax(W_s))), summed over
/// ordered pairs of rows of the embedding layer's weight matrix W [neurons x inputs]. It needs no labels and does not depend on the batch.
/// Romanov and Rumshisky, "Forced to Learn" (2017), L_single.
/// </summary>
public sealed record RowMarginLoss : ILossTerm
{
    /// <inheritdoc/>
    public string Name => "row margin";

    /// <summary>The loss is a sum over all pairs of neurons, so small weights are usual. Default 0.01.</summary>
    public float Weight { get; init; } = 0.01f;

    /// <summary>m, the divergence beyond which a pair costs nothing, in nats. Greater than 0; the paper uses 5 to 10. Default 5.</summary>
    public float Margin { get; init; } = 5;

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!(Margin > 0) || float.IsInfinity(Margin))
            yield return System.FormattableString.Invariant($"The margin of {Name} is {Margin}; it must be greater than 0.");
    }

    /// <inheritdoc/>
    public Tensor Compute(LossContext context) => context.Engine.RowMargin(context.Embedding.Weight, Margin);
}
