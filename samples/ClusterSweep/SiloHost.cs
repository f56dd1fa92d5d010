using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace ClusterSweep;

internal static class SiloHost
{
    public static async Task<int> RunAsync(SiloArguments arguments, CancellationToken token)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo =>
        {
            if (arguments.Redis is { } redis)
            {
                // The address of this machine, as others see it.
                silo.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis));
                silo.ConfigureEndpoints(Dns.GetHostName(), arguments.Port, arguments.GatewayPort, listenOnAnyHostAddress: true);
            }
            else
            {
                silo.UseDevelopmentClustering(IPEndPoint.Parse(arguments.Primary));
                silo.ConfigureEndpoints(IPAddress.Loopback, arguments.Port, arguments.GatewayPort);
            }
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("sweeps", "sweeps"));
            // A lost silo is noticed after 3 seconds instead of 15.
            silo.Configure<ClusterMembershipOptions>(options => options.ProbeTimeout = TimeSpan.FromSeconds(1));
            if (arguments.Certificate is { } certificate)
                silo.UseTls(options => Tls.Configure(options, Tls.Load(certificate)));
            if (arguments.Storage is { } storage)
                silo.AddSqliteSweepStorage(storage);
            silo.AddDisentangleSweeps(options =>
            {
                options.Trials = arguments.TrialsAtOnce;
                options.DataFolder = arguments.DataFolder ?? options.DataFolder;
            });
        });
        using IHost host = builder.Build();
        await host.StartAsync(token);
        Console.WriteLine($"Silo on port {arguments.Port}, gateway on port {arguments.GatewayPort}.");
        await host.WaitForShutdownAsync(token);
        return 0;
    }
}
