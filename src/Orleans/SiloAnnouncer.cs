using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Disentangle.ML.Orleans;

/// <summary>Announces the silo to the cluster every second.</summary>
internal sealed partial class SiloAnnouncer(
    SweepSilo silo, ILocalSiloDetails details, IGrainFactory grains, ILogger<SiloAnnouncer> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        IClusterGrain cluster = grains.GetGrain<IClusterGrain>(0);
        bool refused = false;
        using var timer = new PeriodicTimer(Interval);
        do
        {
            try
            {
                await cluster.AnnounceAsync(new()
                {
                    Version = ClusterVersion.Current,
                    Address = details.SiloAddress,
                    Capacity = silo.Options.Capacity,
                    Running = silo.Running,
                }).WaitAsync(stoppingToken);
                string[] others = [.. (await cluster.GetSilosAsync().WaitAsync(stoppingToken)).Select(report => report.Version)
                    .Where(version => version != ClusterVersion.Current).Distinct()];
                if (others.Length > 0 && !refused)
                    LogOtherVersions(ClusterVersion.Current, string.Join(", ", others));
                refused = others.Length > 0;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The silo is still starting, or the silo of the grain was lost.
                LogRetry(exception);
            }
        }
        while (!stoppingToken.IsCancellationRequested && await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "This silo runs Disentangle.ML {Own}, others run {Others}. A sweep uses only silos of its own version.")]
    private partial void LogOtherVersions(string own, string others);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The cluster did not hear the announcement of this silo; it is repeated.")]
    private partial void LogRetry(Exception exception);
}
