using Disentangle.ML.Transforms;
using Microsoft.ML.AutoML;

namespace Disentangle.ML.AutoML;

/// <summary>
/// What a trial of a sweep gave. The model is there on the best trial so far only; the memory of the others is freed. <c>Loss</c>, by which ML.NET compares, is
/// the score with its sign turned where more is better, and infinite where the trial failed.
/// </summary>
public abstract class SweepTrialResult : TrialResult
{
    private protected SweepTrialResult(SweepTrial trial, SweepHistory history) => (Trial, History) = (trial, history);

    /// <summary>The scores, or what went wrong.</summary>
    public SweepTrial Trial { get; }

    /// <summary>All trials of the sweep so far.</summary>
    public SweepHistory History { get; }
}

/// <summary>What a trial of a sweep gave, with the options it was trained with.</summary>
/// <typeparam name="TOptions"><see cref="DisentangleEncoderOptions"/> or <see cref="DisentangleAutoencoderOptions"/>.</typeparam>
public sealed class SweepTrialResult<TOptions> : SweepTrialResult
    where TOptions : EncodingOptions
{
    internal SweepTrialResult(SweepTrial trial, SweepHistory history, TOptions? options) : base(trial, history) => Options = options;

    /// <summary>The options of the trial, with the seed of the model; null if it failed.</summary>
    public TOptions? Options { get; }
}
