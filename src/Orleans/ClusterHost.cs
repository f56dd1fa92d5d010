using Disentangle.ML.Sweeps;
using Disentangle.ML.Transforms;

namespace Disentangle.ML.Orleans;

/// <summary>Trains trials on a cluster.</summary>
internal sealed class ClusterHost(IGrainFactory grains, ClusterSweepOptions options) : ITrialHost
{
    public void Check(EncoderOptions encoding) => SentOptions.Check(encoding);

    public ITrialWorker<TOptions> Open<TOptions>(SweepTraining<TOptions> training) where TOptions : EncoderOptions =>
        new ClusterTrials<TOptions>(grains, options, training);
}
