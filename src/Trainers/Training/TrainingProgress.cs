using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>The progress of training after an epoch.</summary>
/// <param name="Epoch">The number of finished epochs, from 1.</param>
/// <param name="Epochs">The requested number of epochs.</param>
/// <param name="Loss">The weighted sum of all terms, averaged over the epoch's rows.</param>
/// <param name="Terms">Each loss by name, unweighted, averaged over the epoch's rows.</param>
/// <param name="Elapsed">Time since training began.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, double Loss, IReadOnlyDictionary<string, double> Terms, TimeSpan Elapsed)
{
    /// <summary>The result on the validation rows; null if there are none.</summary>
    public ValidationResult? Validation { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public float LearningRate { get; init; }

    /// <summary>The Euclidean norm of the gradient before clipping, averaged over the epoch's steps.</summary>
    public double GradientNorm { get; init; }

    /// <summary>For example <c>epoch 3/20: loss 0.2113 (cross-entropy 0.182, row margin 2.931)</c>.</summary>
    public override string ToString()
    {
        string terms = string.Join(", ", Terms.Select(term => Invariant($"{term.Key} {term.Value:G4}")));
        string validation = Validation is null ? "" : Invariant($", validation loss {Validation.Loss:G4}");
        string accuracy = Validation?.Accuracy is { } value ? Invariant($", accuracy {value:F4}") : "";
        return Invariant($"epoch {Epoch}/{Epochs}: loss {Loss:G4} ({terms}){validation}{accuracy}");
    }
}
