namespace Disentangle.ML.Evaluators;

/// <summary>How clusters are described.</summary>
public sealed record ClusterDescriptionOptions
{
    /// <summary>How many of the features that differ most are kept for each cluster. At least 1. Default 10.</summary>
    public int Features { get; init; } = 10;

    /// <summary>How many typical and how many doubtful rows are kept for each cluster. At least 1. Default 5.</summary>
    public int Rows { get; init; } = 5;

    /// <summary>The level of the confidence intervals, between 0 and 1. Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>
    /// A feature is compared where its value is known in at least this many rows of the cluster and of the others. At least 2. Default 2.
    /// </summary>
    public int FewestRows { get; init; } = 2;

    internal void Validate()
    {
        var faults = new List<string>();
        if (Features < 1)
            faults.Add($"{nameof(Features)} is {Features}; it must be at least 1.");
        if (Rows < 1)
            faults.Add($"{nameof(Rows)} is {Rows}; it must be at least 1.");
        if (!(Confidence > 0 && Confidence < 1))
            faults.Add(FormattableString.Invariant($"{nameof(Confidence)} is {Confidence}; it must be between 0 and 1, for example 0.95."));
        if (FewestRows < 2)
            faults.Add($"{nameof(FewestRows)} is {FewestRows}; it must be at least 2.");
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults));
    }
}
