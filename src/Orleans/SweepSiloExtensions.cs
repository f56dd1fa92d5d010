using Disentangle.ML.Orleans;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Hosting;

/// <summary>Adds the training of trials to a silo.</summary>
public static class SweepSiloExtensions
{
    /// <summary>
    /// Lets the silo train the trials of sweeps with <c>OnCluster</c>. For sweeps that resume after all silos ended, also add a grain
    /// storage named <c>Sweeps</c>.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">Sets the options. Default null: the defaults of <see cref="SweepSiloOptions"/>.</param>
    public static ISiloBuilder AddDisentangleSweeps(this ISiloBuilder silo, Action<SweepSiloOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.Configure(configure ?? (_ => { }));
        silo.Services.AddSingleton<SweepSilo>();
        silo.Services.AddHostedService<SiloAnnouncer>();
        return silo;
    }
}
