using Disentangle.ML.Sweeps;
using Microsoft.ML.AutoML;

namespace Disentangle.ML.AutoML;

/// <summary>
/// The result of a trial of a sweep. Only the best trial so far keeps its model; the memory of the others is freed. <c>Loss</c>, by which
/// ML.NET compares trials, is the score, negated if higher is better, and infinite if the trial failed.
/// </summary>
public abstract class SweepTrialResult : TrialResult
{
    private protected SweepTrialResult(SweepTrial trial, SweepHistory history) => (Trial, History) = (trial, history);

    /// <summary>The scores or the error message.</summary>
    public SweepTrial Trial { get; }

    /// <summary>All trials of the sweep so far.</summary>
    public SweepHistory History { get; }
}
