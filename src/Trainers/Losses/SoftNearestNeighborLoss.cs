using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>
/// Draws rows of the same class together relative to the others: L = -1/N Σ_i log [Σ_{j≠i, y_j=y_i} exp(-d_ij/T) / Σ_{j≠i} exp(-d_ij/T)]
/// over the N labelled rows of a batch; a row that is the only one of its class contributes 0, and rows without label are ignored. Frosst
/// et al. (2019) with squared Euclidean distance; Agarap and Azcarraga, "Improving k-Means Clustering Performance with Disentangled
/// Internal Representations" (2020), with cosine distance and annealed T, summed over all hidden layers.
/// </summary>
public sealed record SoftNearestNeighborLoss : ILoss
{
    /// <inheritdoc/>
    public string Name => "soft nearest neighbour";

    /// <summary>
    /// T in each epoch. Default: annealed, 1/(1+epoch)^0.55. The loss depends on it, so compare losses only at the same temperature.
    /// </summary>
    public Temperature Temperature { get; init; } = Temperature.Annealed();

    /// <summary>The distance d. Default: cosine distance 1 - cos(h_i, h_j).</summary>
    public NeighborDistance Distance { get; init; } = NeighborDistance.Cosine;

    /// <summary>The layers whose outputs are compared. Default: the sum over all hidden layers, as in the paper.</summary>
    public LayerChoice Layers { get; init; } = LayerChoice.AllHidden;

    /// <inheritdoc/>
    public LossNeeds Needs => LossNeeds.Labels;

    /// <inheritdoc/>
    public IEnumerable<string> Faults() =>
    [
        .. Temperature is null ? ["Temperature is null; Temperature.Annealed() is the default."] : Temperature.Faults(),
        .. SettingFaults.Defined($"Distance of {Name}", Distance),
        .. SettingFaults.Defined($"Layers of {Name}", Layers),
    ];

    /// <inheritdoc/>
    public Tensor Compute(LossContext context) =>
        context.SumOver(Layers, layer =>
            context.Engine.SoftNearestNeighbor(layer.Output, context.Labels, Temperature.At(context.Epoch), Distance));
}
