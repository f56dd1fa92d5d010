namespace Disentangle.ML.Trainers;

/// <summary>The metric by which epochs are compared.</summary>
public enum ValidationMetric
{
    /// <summary>The objective on the validation rows; lower is better.</summary>
    Loss,

    /// <summary>The classifier's accuracy on the labelled validation rows; higher is better.</summary>
    Accuracy,
}
