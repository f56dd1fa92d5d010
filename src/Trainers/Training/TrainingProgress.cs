using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Where training stands after an epoch.</summary>
/// <param name="Epoch">The number of finished epochs, from 1.</param>
/// <param name="Epochs">The number asked for.</param>
/// <param name="Loss">The weighted sum of all terms, mean over the epoch's rows.</param>
/// <param name="Terms">Each loss by name, not weighted, mean over the epoch's rows.</param>
/// <param name="Elapsed">Time since training began.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, double Loss, IReadOnlyDictionary<string, double> Terms, TimeSpan Elapsed)
{
    /// <summary>How the validation rows were done; null without such rows.</summary>
    public ValidationResult? Validation { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public float LearningRate { get; init; }

    /// <summary>The Euclidean norm of the gradient before clipping, mean over the epoch's steps.</summary>
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

/// <summary>How rows that were kept from training were done.</summary>
/// <param name="Loss">The weighted sum of all terms.</param>
/// <param name="Terms">Each loss by name, not weighted.</param>
/// <param name="Accuracy">The share of labelled rows that the classifier is right about; null without classifier or labels.</param>
public sealed record ValidationResult(double Loss, IReadOnlyDictionary<string, double> Terms, double? Accuracy);

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>The validation rows were not done better for too long.</summary>
    EarlyStopping,

    /// <summary>The time was over.</summary>
    MaximumTime,

    /// <summary>The token was cancelled.</summary>
    Cancelled,
}

/// <summary>What training gave.</summary>
/// <param name="Encoder">The encoder.</param>
/// <param name="History">Every finished epoch.</param>
/// <param name="StopReason">Why it ended.</param>
/// <param name="BestEpoch">The epoch whose weights the encoder has, from 1.</param>
public sealed record TrainingResult(Encoder Encoder, IReadOnlyList<TrainingProgress> History, StopReason StopReason, int BestEpoch)
{
    /// <summary>What was minimised: the objective of the options, with the reconstruction error that the data decided.</summary>
    public required Objective Objective { get; init; }

    /// <summary>
    /// Problems that did not stop training, one sentence each, such as an embedding that collapsed or features that are not scaled.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>How training went.</summary>
/// <param name="History">Every finished epoch.</param>
/// <param name="StopReason">Why it ended.</param>
/// <param name="BestEpoch">The epoch whose weights are the result, from 1.</param>
/// <param name="Start">Each loss by name in the first batch, before the first step; null where training was resumed.</param>
internal readonly record struct TrainingOutcome(
    IReadOnlyList<TrainingProgress> History, StopReason StopReason, int BestEpoch, IReadOnlyDictionary<string, double>? Start);
