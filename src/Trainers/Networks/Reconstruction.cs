using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>A decoder's output for a batch.</summary>
/// <param name="Layers">The decoder's hidden layers in order.</param>
/// <param name="Output">
/// The reconstruction, in the shape of the input's values. For the binary cross-entropy it holds logits, whose sigmoid is the
/// reconstruction.
/// </param>
public sealed record Reconstruction(IReadOnlyList<LayerOutput> Layers, Tensor Output);
