using Disentangle.ML.Sweeps;
using Disentangle.ML.Transforms;

namespace Disentangle.ML.AutoML;

/// <summary>The result of a trial of a sweep, with its options.</summary>
/// <typeparam name="TOptions"><see cref="DisentangleEncoderOptions"/> or <see cref="DisentangleAutoencoderOptions"/>.</typeparam>
public sealed class SweepTrialResult<TOptions> : SweepTrialResult
    where TOptions : EncoderOptions
{
    internal SweepTrialResult(SweepTrial trial, SweepHistory history, TOptions? options) : base(trial, history) => Options = options;

    /// <summary>The options of the trial, with the seed of the model; null if it failed.</summary>
    public TOptions? Options { get; }
}
