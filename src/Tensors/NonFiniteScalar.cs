namespace Disentangle.ML.Tensors;

/// <summary>A scalar that was NaN or infinite; see <see cref="ScalarSums"/>.</summary>
/// <param name="Index">The index of the sum.</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">The number of the call of <see cref="ScalarSums.Add"/>, from 1.</param>
public readonly record struct NonFiniteScalar(int Index, float Value, long Step);
