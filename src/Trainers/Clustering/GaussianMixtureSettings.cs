using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>How a <see cref="GaussianMixture"/> is fitted.</summary>
public record GaussianMixtureSettings
{
    /// <summary>The number of Gaussians, K. At least 1, at most 32767. Default 5.</summary>
    public int NumberOfComponents { get; init; } = 5;

    /// <summary>What the covariances may look like. Default: full.</summary>
    public CovarianceType CovarianceType { get; init; }

    /// <summary>
    /// What is added to every variance, in the features' units squared, so that a component cannot shrink to a point. 0 or more. Default 1e-6.
    /// </summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>An iteration that changes the mean log-likelihood of a row by less than this is the last. 0 or more. Default 0.001.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The most iterations of a run. At least 1. Default 100.</summary>
    public int MaximumIterations { get; init; } = 100;

    /// <summary>
    /// The number of runs, each from its own start by k-means, which is seeded by k-means++; the one of the greatest likelihood is kept. At least 1. Default 1.
    /// </summary>
    public int NumberOfRestarts { get; init; } = 1;

    /// <summary>Where to start instead of k-means; there is one run then. Default null: k-means.</summary>
    [JsonIgnore]
    public GaussianMixtureStart? Start { get; init; }

    /// <summary>
    /// Decides the starts; the same seed gives the same mixture, bit for bit, on the same kind of machine, whatever <see cref="Threads"/> is. Default null:
    /// taken from the MLContext, whose own seed decides; 0 without one.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>Processor cores to use; 0 for all. Results do not depend on it. Default 0.</summary>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>Ends the fitting by an <see cref="OperationCanceledException"/>. Default: none.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws one exception that lists every fault.</summary>
    /// <exception cref="ArgumentException">At least one setting is out of range.</exception>
    public void Validate() => SettingFaults.Throw(Faults());

    /// <summary>What is wrong with the settings, one sentence a fault.</summary>
    protected virtual IEnumerable<string> Faults()
    {
        if (NumberOfComponents is < 1 or > GaussianMixture.MaximumComponents)
            yield return $"NumberOfComponents is {NumberOfComponents}; it must be at least 1 and at most {GaussianMixture.MaximumComponents}.";
        if (!Enum.IsDefined(CovarianceType))
            yield return $"CovarianceType is {CovarianceType}; it must be Full, Tied, Diagonal or Spherical.";
        if (!(Regularization >= 0) || double.IsInfinity(Regularization))
            yield return Invariant($"Regularization is {Regularization}; it must be 0 or more.");
        if (!(Tolerance >= 0) || double.IsInfinity(Tolerance))
            yield return Invariant($"Tolerance is {Tolerance}; it must be 0 or more.");
        foreach (string fault in (IEnumerable<string>)
        [
            .. SettingFaults.AtLeast(1, nameof(MaximumIterations), MaximumIterations),
            .. SettingFaults.AtLeast(1, nameof(NumberOfRestarts), NumberOfRestarts),
        ])
        {
            yield return fault;
        }
        if (Threads < 0)
            yield return $"Threads is {Threads}; it must be 0 (all cores) or more.";
    }
}
