using System.Net;
using System.Net.Sockets;
using Disentangle.ML.AutoML;
using Disentangle.ML.AutoML.Tests;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Transforms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.AutoML;
using Orleans.Configuration;

namespace Disentangle.ML.Orleans.Tests;

public class ProcessTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_sweep_on_four_processes_survives_the_kill_of_one()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        var silos = new List<SiloProcess>();
        try
        {
            int[] ports = FreePorts(8);
            Task<SiloProcess> StartAsync(int i) => SiloProcess.StartAsync(
                ports[i], ports[4 + i], ports[0], Path.Combine(folder, $"silo{i}"), Path.Combine(folder, "trials.db"));
            // The first silo knows the others.
            silos.Add(await StartAsync(0));
            silos.AddRange(await Task.WhenAll(Enumerable.Range(1, 3).Select(StartAsync)));
            using IHost client = await ConnectAsync(ports[4..]);
            IGrainFactory grains = client.Services.GetRequiredService<IClusterClient>();
            IClusterGrain cluster = grains.GetGrain<IClusterGrain>(0);
            SiloReport[] reports;
            while ((reports = await cluster.GetSilosAsync()).Length < 4)
                await Task.Delay(50, TestContext.Current.CancellationToken);

            var history = new SweepHistory();
            var settings = new SweepSettings { KMeansRestarts = 2, Parallelism = 4, ProposedAhead = 4 };
            Task<SweepTrialResult<DisentangleEncoderOptions>> sweep =
                Task.Run(() => Run((settings with { History = history }).OnCluster(grains)));
            // In the middle, while the last silo trains.
            while (history.Trials.Count < 4
                || (await cluster.GetSilosAsync()).Single(silo => silo.Address.Endpoint.Port == ports[3]).Running.Length == 0)
            {
                if (sweep.IsCompleted)
                    Assert.Fail($"The sweep ended before a silo was killed, after {(await sweep).History.Trials.Count} trials.");
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
            int before = history.Trials.Count;
            silos[3].Kill();
            SweepTrialResult<DisentangleEncoderOptions> there = await sweep;

            Assert.InRange(before, 4, 23);
            Assert.Equal(24, there.History.Trials.Count(trial => trial.Outcome == TrialOutcome.Succeeded));
            SweepTrialResult<DisentangleEncoderOptions> here = Run(new() { KMeansRestarts = 2 });
            Assert.Equal(ClusterSweepTests.Trials(here), ClusterSweepTests.Trials(there));
            Assert.Equal((here.Trial.Trial, here.Metric), (there.Trial.Trial, there.Metric));
            // The data reached every silo once.
            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(2, Directory.GetFiles(Path.Combine(folder, $"silo{i}")).Length));
        }
        finally
        {
            silos.ForEach(silo => silo.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SweepTrialResult<DisentangleEncoderOptions> Run(SweepSettings settings) =>
        Blobs.Sweep<RowMarginSpace>(options: Blobs.Options with { Epochs = 400 }, settings: settings).SetRandomSearchTuner(seed: 5)
            .RunSweep(24);

    private static async Task<IHost> ConnectAsync(int[] gateways)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering([.. gateways.Select(port => new IPEndPoint(IPAddress.Loopback, port))]);
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("sweeps", "sweeps"));
        });
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }
}
