using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The input of a network.</summary>
/// <param name="Values">[rows x features]; for sequences [steps of all rows x step size], with the rows concatenated.</param>
/// <param name="Lengths">For sequences, the number of steps of each row, at least 1; empty for vectors.</param>
public readonly record struct NetworkInput(Tensor Values, ReadOnlyMemory<int> Lengths);
