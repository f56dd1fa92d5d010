using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>The settings for fitting a <see cref="GaussianMixture"/>.</summary>
public record GaussianMixtureSettings
{
    /// <summary>The number of components, K; 1 to 32767. Default 5.</summary>
    public int NumberOfComponents { get; init; } = 5;

    /// <summary>The form of the covariances. Default: full.</summary>
    public CovarianceType CovarianceType { get; init; }

    /// <summary>
    /// Added to every variance, in squared units of the features, to keep components from shrinking to a point. 0 or more. Default 1e-6.
    /// </summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>
    /// The run ends when an iteration changes the mean log-likelihood per row by less than this. 0 or more. Default 0.001.
    /// </summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>The maximum number of iterations of a run. At least 1. Default 100.</summary>
    public int MaximumIterations { get; init; } = 100;

    /// <summary>
    /// The number of runs, each started from its own k-means with k-means++ seeding; the run with the greatest likelihood is kept. At
    /// least 1. Default 1.
    /// </summary>
    public int NumberOfRestarts { get; init; } = 1;

    /// <summary>The start of a single run instead of k-means. Default null: k-means.</summary>
    [JsonIgnore]
    public GaussianMixtureStart? Start { get; init; }

    /// <summary>
    /// The seed of the starts. The same seed gives a bit-identical mixture on the same kind of machine, for any number of
    /// <see cref="Threads"/>. Default null: a seed from the MLContext, or 0 without one.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>The number of processor cores to use; 0 for all. The mixture does not depend on it. Default 0.</summary>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>Cancels fitting with an <see cref="OperationCanceledException"/>. Default: none.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the settings and reports all invalid ones in one exception.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public void Validate() => SettingFaults.Throw(Faults());

    /// <summary>Describes each invalid setting in one sentence; empty if all are valid.</summary>
    protected virtual IEnumerable<string> Faults()
    {
        if (NumberOfComponents is < 1 or > GaussianMixture.MaximumComponents)
            yield return $"NumberOfComponents is {NumberOfComponents}; it must be from 1 to {GaussianMixture.MaximumComponents}.";
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
