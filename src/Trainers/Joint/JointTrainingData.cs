namespace Disentangle.ML.Trainers;

/// <summary>
/// Two sets with the same classes. Rows with label -1 contribute only to the reconstruction, in mode <see cref="JointMode.Joint"/>, and
/// are skipped in the other modes.
/// </summary>
/// <param name="Primary">The scarce set.</param>
/// <param name="Auxiliary">The plentiful set.</param>
/// <param name="ClassCount">The number of classes, at least 2.</param>
/// <param name="Validation">
/// Primary validation rows, in addition to <see cref="TrainingOptions.ValidationFraction"/>; null for none.
/// </param>
public sealed record JointTrainingData(RowStore Primary, RowStore Auxiliary, int ClassCount, IRowSource? Validation = null);
