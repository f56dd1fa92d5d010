namespace Disentangle.ML.Trainers;

/// <summary>The rows of one training step, which can change places with those of another batch.</summary>
internal interface ITrainingBatch<TSelf> : ITrainingBatch where TSelf : ITrainingBatch<TSelf>
{
    /// <summary>Exchanges the rows, and the memory they occupy, with another batch of the same shape.</summary>
    void Exchange(TSelf other);
}
