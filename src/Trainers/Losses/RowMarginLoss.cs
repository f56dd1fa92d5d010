using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Pushes the incoming weights of a layer's neurons apart, as distributions: L = Σ_{r≠s} max(0, m - KL(softmax(W_r) ‖ softmax(W_s))),
/// summed over ordered pairs of rows of the layer's weight matrix W [neurons x inputs]. Needs no labels and does not depend on the batch.
/// Romanov and Rumshisky, "Forced to Learn" (2017), L_single.
/// </summary>
public sealed record RowMarginLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "row margin";

    /// <summary>
    /// m, the divergence in nats above which a pair adds nothing to the loss. Greater than 0; the paper uses 5 to 10. Default 5.
    /// </summary>
    public float Margin { get; init; } = 5;

    /// <summary>The layers whose weights are pushed apart. Default: the embedding, as in the paper.</summary>
    public LayerChoice Layers { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults() => [.. MarginFault.Of(Name, Margin), .. SettingFaults.Defined($"Layers of {Name}", Layers)];

    /// <inheritdoc/>
    public Tensor Compute(LossContext context) => context.SumOver(Layers, layer => context.Engine.RowMargin(layer.Weight, Margin));
}
