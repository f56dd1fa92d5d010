using Disentangle.ML.Transforms;

namespace Disentangle.ML.Sweeps;

/// <summary>Where the trials of a sweep are trained, if not in this process.</summary>
internal interface ITrialHost
{
    /// <summary>Throws if the options cannot be used there.</summary>
    /// <exception cref="ArgumentException">They cannot; the message says why.</exception>
    void Check(EncoderOptions options);

    /// <summary>Opens a sweep.</summary>
    ITrialWorker<TOptions> Open<TOptions>(SweepTraining<TOptions> training) where TOptions : EncoderOptions;
}
