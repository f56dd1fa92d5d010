using Disentangle.ML.Tensors;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>A loss by name, and what its value is multiplied with.</summary>
internal readonly record struct LossTerm(string Name, float Weight)
{
    public override string ToString() => Invariant($"{Weight} {Name}");
}

/// <summary>Some rows that make a step together.</summary>
internal interface ITrainingBatch
{
    /// <summary>How often it counts in means.</summary>
    int Count { get; }

    /// <summary>The class of each row whose logits are compared with labels; -1 where it has none.</summary>
    ReadOnlySpan<int> Labels { get; }
}

/// <summary>What is trained, as its state sees it.</summary>
internal interface ITrainee
{
    /// <summary>What training changes, in a fixed order.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What training minimises.</summary>
    IReadOnlyList<LossTerm> Terms { get; }

    /// <summary>The rows it is trained on.</summary>
    IEnumerable<IRowSource> Rows { get; }

    /// <summary>Rows of their own to validate with; null where there are none.</summary>
    IRowSource? ValidationRows { get; }

    /// <summary>What tells two trainees with the same options apart: the sizes that the data decide.</summary>
    string Shape { get; }

    /// <summary>What tells apart what was prepared before training, such as a graph of neighbours; empty where nothing was.</summary>
    string PreparedHash => "";
}

/// <summary>What is trained, as the loop sees it: it gives batches, and says what each costs.</summary>
internal interface ITrainee<TBatch> : ITrainee where TBatch : ITrainingBatch
{
    /// <summary>The terms that validation computes.</summary>
    IReadOnlyList<LossTerm> ValidationTerms { get; }

    /// <summary>The number of batches in an epoch; null where it is not known before one has passed.</summary>
    int? BatchesPerEpoch { get; }

    /// <summary>Whether there are to be rows to validate with.</summary>
    bool Validates { get; }

    /// <summary>Called once before all else.</summary>
    /// <param name="state">Its seed decides the order of rows; it keeps the losses' memories.</param>
    void Begin(TrainingState state);

    /// <summary>The batches of an epoch, which is a function of the seed and its number.</summary>
    IEnumerable<TBatch> Epoch(int epoch);

    /// <summary>Batches of the rows to validate with.</summary>
    IEnumerable<TBatch> Validation();

    /// <summary>A scalar for each of <see cref="ITrainee.Terms"/>, in the open training step.</summary>
    Tensor[] Losses(TBatch batch, int epoch);

    /// <summary>A scalar for each of <see cref="ValidationTerms"/>, in the open step without training.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="epoch">Finished epochs.</param>
    /// <param name="logits">[labels of the batch x classes], or [labels x 1] for two classes; null without classifier.</param>
    Tensor[] ValidationLosses(TBatch batch, int epoch, out Tensor? logits);
}
