namespace Disentangle.ML.Trainers;

/// <summary>The rows of one training step.</summary>
internal interface ITrainingBatch
{
    /// <summary>The weight of the batch in means.</summary>
    int Count { get; }

    /// <summary>The class of each row whose logits are compared with labels; -1 if it has none.</summary>
    ReadOnlySpan<int> Labels { get; }
}
