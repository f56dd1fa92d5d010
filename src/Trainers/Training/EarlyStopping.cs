namespace Disentangle.ML.Trainers;

/// <summary>
/// Stops training when the validation metric has not improved for some epochs. The result has the weights of the best epoch, even if
/// training runs to its last epoch.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>The metric to compare. Default: the loss.</summary>
    public ValidationMetric Metric { get; init; }

    /// <summary>
    /// The number of epochs without improvement after which training stops. At least 1. Default 10. <c>int.MaxValue</c> never stops early.
    /// </summary>
    public int Patience { get; init; } = 10;

    /// <summary>The smallest change that counts as an improvement. 0 or more. Default 0.</summary>
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
