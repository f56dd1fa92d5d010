using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The model being trained, as seen by the training loop: provides batches and computes their losses.</summary>
internal interface ITrainingTask<TBatch> : ITrainingTask where TBatch : ITrainingBatch<TBatch>
{
    /// <summary>The terms computed in validation.</summary>
    IReadOnlyList<LossTerm> ValidationTerms { get; }

    /// <summary>The number of batches in an epoch; null if unknown until the first epoch has finished.</summary>
    int? BatchesPerEpoch { get; }

    /// <summary>Whether the device holds the rows of all batches.</summary>
    bool RowsOnDevice { get; }

    /// <summary>Whether validation rows are expected.</summary>
    bool Validates { get; }

    /// <summary>Called once before all other members.</summary>
    /// <param name="state">Its seed determines the order of rows; it holds the memories of the losses.</param>
    void Begin(TrainingState state);

    /// <summary>Creates an empty batch.</summary>
    TBatch CreateBatch();

    /// <summary>
    /// The batches of an epoch, which depend only on the seed and the epoch number. Always the same object; may be read on another thread.
    /// </summary>
    IEnumerable<TBatch> Epoch(int epoch);

    /// <summary>The batches of validation rows. Always the same object; may be read on another thread.</summary>
    IEnumerable<TBatch> Validation();

    /// <summary>A scalar for each of <see cref="ITrainingTask.Terms"/>, in the open training step.</summary>
    Tensor[] Losses(TBatch batch, int epoch);

    /// <summary>A scalar for each of <see cref="ValidationTerms"/>, in the open step without training.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="epoch">Finished epochs.</param>
    /// <param name="logits">[labels of the batch x classes], or [labels x 1] for two classes; null without a classifier.</param>
    Tensor[] ValidationLosses(TBatch batch, int epoch, out Tensor? logits);
}
