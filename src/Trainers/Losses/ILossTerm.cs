using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>One term of an <see cref="Objective"/>. Implement it to train with a loss of your own.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "loss")]
[JsonDerivedType(typeof(CrossEntropyLoss), "crossEntropy")]
[JsonDerivedType(typeof(RowMarginLoss), "rowMargin")]
[JsonDerivedType(typeof(RecordedLoss), "recorded")]
public interface ILossTerm
{
    /// <summary>How it is called in the history, the log and error messages; unique within an objective.</summary>
    string Name { get; }

    /// <summary>What its value is multiplied with. 0 or more.</summary>
    float Weight { get; }

    /// <summary>What is wrong with its settings, one sentence a fault. The weight is checked by the objective.</summary>
    IEnumerable<string> Faults() => [];

    /// <summary>The loss of a batch, a scalar, not yet multiplied with <see cref="Weight"/>.</summary>
    Tensor Compute(LossContext context);
}

/// <summary>What a saved model remembers of a loss that is not part of this library: its name and weight, not its code.</summary>
/// <param name="Name">The loss's name.</param>
/// <param name="Weight">Its weight.</param>
public sealed record RecordedLoss(string Name, float Weight) : ILossTerm
{
    /// <summary>A recorded loss cannot be trained with.</summary>
    public IEnumerable<string> Faults() => [$"'{Name}' is only the record of a custom loss in a saved model; put the loss itself into the objective."];

    /// <summary>Not supported: the code is not in the model.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Tensor Compute(LossContext context) => throw new NotSupportedException(Faults().Single());
}
