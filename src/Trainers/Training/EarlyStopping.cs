namespace Disentangle.ML.Trainers;

/// <summary>What tells how good an epoch was.</summary>
public enum ValidationMetric
{
    /// <summary>The objective on the validation rows; less is better.</summary>
    Loss,

    /// <summary>The classifier's accuracy on the labelled validation rows; more is better.</summary>
    Accuracy,
}

/// <summary>
/// Ends training when the validation rows have not been done better for some epochs. The weights of the best epoch are the result, also where training goes
/// on to its last epoch.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>What is compared. Default: the loss.</summary>
    public ValidationMetric Metric { get; init; }

    /// <summary>Training ends after so many epochs that bring nothing better; at least 1. Default 10. <c>int.MaxValue</c> never ends it early.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>By how much an epoch must be better to count; 0 or more. Default 0.</summary>
    public double MinimumImprovement { get; init; }

    internal IEnumerable<string> Faults()
    {
        foreach (string fault in SettingFaults.Defined("EarlyStopping.Metric", Metric))
            yield return fault;
        if (Patience < 1)
            yield return $"EarlyStopping.Patience is {Patience}; it must be at least 1.";
        if (!(MinimumImprovement >= 0))
            yield return FormattableString.Invariant($"EarlyStopping.MinimumImprovement is {MinimumImprovement}; it must be 0 or more.");
    }
}
