using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The output of a layer for a batch, and the layer's weights.</summary>
/// <param name="Output">[rows x neurons], after the activation.</param>
/// <param name="Weight">[neurons x inputs]: row r holds the incoming weights of neuron r.</param>
public sealed record LayerOutput(Tensor Output, Tensor Weight);
