using System.Text.Json.Serialization;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>The record of a custom loss in a saved model: its name, not its code.</summary>
/// <param name="Name">The loss's name.</param>
public sealed record RecordedLoss([property: JsonInclude] string Name) : ILoss
{
    /// <summary>A recorded loss cannot be used for training.</summary>
    public IEnumerable<string> Faults() =>
        [$"'{Name}' is only the record of a custom loss in a saved model; add the loss itself to the objective."];

    /// <summary>Not supported: the model does not contain the code.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Tensor Compute(LossContext context) => throw new NotSupportedException(Faults().Single());
}
