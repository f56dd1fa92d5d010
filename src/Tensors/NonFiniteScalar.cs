namespace Disentangle.ML.Tensors;

/// <summary>A scalar that was NaN or infinite; see <see cref="ScalarSums"/>.</summary>
/// <param name="Index">Which of the sums it belongs to.</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">In which call of <see cref="ScalarSums.Add"/>, from 1.</param>
public readonly record struct NonFiniteScalar(int Index, float Value, long Step);
