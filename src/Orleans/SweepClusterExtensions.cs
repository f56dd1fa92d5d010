using Disentangle.ML.Orleans;

namespace Disentangle.ML.Sweeps;

/// <summary>Spreads the trials of a sweep over an Orleans cluster.</summary>
public static class SweepClusterExtensions
{
    /// <summary>
    /// These settings, with trials trained by the silos of a cluster (<c>AddDisentangleSweeps</c>) instead of this process. Everything else
    /// stays the same: tuner, limits, monitor, history and result. A trial whose silo is lost is trained again on another one.
    /// </summary>
    /// <param name="settings">
    /// The settings of the sweep. With <c>Parallelism</c> null, as many trials are in flight as the silos have room for.
    /// </param>
    /// <param name="grains">The client of the cluster, or the grain factory of a silo.</param>
    /// <param name="options">Default null: the defaults of <see cref="ClusterSweepOptions"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <example><code>
    /// ml.Auto().SweepDisentangleEncoder&lt;RowMarginSpace&gt;(train, validation, "Pixels", "Group",
    ///     settings: new SweepSettings { Seeds = [1, 2, 3] }.OnCluster(client, new() { Name = "margins" }))
    /// </code></example>
    public static SweepSettings OnCluster(this SweepSettings settings, IGrainFactory grains, ClusterSweepOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(grains);
        options ??= new();
        options.Validate();
        return settings with { Host = new ClusterHost(grains, options) };
    }
}
