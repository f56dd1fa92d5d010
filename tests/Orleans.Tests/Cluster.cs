using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Disentangle.ML.Orleans.Tests;

/// <summary>Silos in this process.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("sweeps-").FullName;

    private Cluster(int silos, Action<SweepSiloOptions>? configure, Action<ISiloBuilder>? build)
    {
        var builder = new InProcessTestClusterBuilder((short)silos);
        // Part of the keys of grain storage.
        builder.Options.ServiceId = "sweeps";
        builder.ConfigureSilo((options, silo) =>
        {
            silo.AddDisentangleSweeps(sweeps =>
            {
                sweeps.DataFolder = Path.Combine(_folder, options.SiloName);
                sweeps.Trials = 2;
                configure?.Invoke(sweeps);
            });
            build?.Invoke(silo);
        });
        _cluster = builder.Build();
    }

    public static async Task<Cluster> StartAsync(int silos, Action<SweepSiloOptions>? configure = null, Action<ISiloBuilder>? build = null)
    {
        var cluster = new Cluster(silos, configure, build);
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    public IGrainFactory Grains => _cluster.Client;

    public SweepSilo[] Silos => [.. _cluster.Silos.Select(silo =>
        _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<SweepSilo>())];

    /// <summary>Waits until all silos have announced themselves.</summary>
    public async Task<SiloReport[]> ReportsAsync()
    {
        while (true)
        {
            SiloReport[] reports = await Grains.GetGrain<IClusterGrain>(0).GetSilosAsync();
            if (reports.Length == _cluster.Silos.Count)
                return reports;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public Task KillAsync(int silo) => _cluster.KillSiloAsync(_cluster.Silos[silo]);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
