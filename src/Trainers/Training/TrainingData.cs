namespace Disentangle.ML.Trainers;

/// <summary>The data an encoder is trained on.</summary>
/// <param name="Rows">The rows; a <see cref="RowStore"/> if they are in memory.</param>
/// <param name="InputSize">The number of features in a row, or in a step of a sequence.</param>
/// <param name="ClassCount">The number of classes; 0 without labels.</param>
/// <param name="Validation">Validation rows, in addition to <see cref="TrainingOptions.ValidationFraction"/>; null for none.</param>
public sealed record TrainingData(IRowSource Rows, int InputSize, int ClassCount, IRowSource? Validation = null);
