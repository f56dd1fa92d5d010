namespace Disentangle.ML.Trainers;

/// <summary>The options that a checkpoint stores of every kind of encoder.</summary>
internal sealed record StoredEncoderOptions : EncoderTrainingOptions
{
    /// <inheritdoc/>
    public override required Network Network { get; init; }

    /// <inheritdoc/>
    public override required Objective Objective { get; init; }
}
