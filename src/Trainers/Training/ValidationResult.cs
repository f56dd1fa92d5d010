namespace Disentangle.ML.Trainers;

/// <summary>The result on validation rows.</summary>
/// <param name="Loss">The weighted sum of all terms.</param>
/// <param name="Terms">Each loss by name, unweighted.</param>
/// <param name="Accuracy">The share of labelled rows that are classified correctly; null without a classifier or labels.</param>
public sealed record ValidationResult(double Loss, IReadOnlyDictionary<string, double> Terms, double? Accuracy);
