using System.Diagnostics;
using System.Net;
using Disentangle.ML.AutoML;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Orleans.Configuration;
using Quickstart;
using StackExchange.Redis;

namespace ClusterSweep;

internal static class DigitSweep
{
    public static async Task<int> RunAsync(SweepArguments arguments, CancellationToken token)
    {
        // Fails now rather than after the sweep.
        Directory.CreateDirectory(arguments.Output);
        using IHost? host = arguments.Local is null ? await ConnectAsync(arguments, token) : null;
        var ml = new MLContext(seed: 1);
        Digits digits = Digits.Load(ml);
        var settings = new SweepSettings
        {
            Featurizer = ml.Transforms.Conversion.MapValueToKey("Group"),
            KMeansRestarts = 3,
            Parallelism = arguments.Local,
        };
        if (host is not null)
        {
            settings = settings.OnCluster(host.Services.GetRequiredService<IClusterClient>(),
                new() { Name = arguments.Name, DataFolder = arguments.DataFolder });
        }
        AutoMLExperiment experiment = ml.Auto()
            .SweepDisentangleEncoder<RowMarginSpace>(
                ml.Data.TakeRows(digits.Train, arguments.Rows), digits.Test, featureColumnName: "Pixels", labelColumnName: "Group",
                SweepMetric.AdjustedMutualInformation("Label"), clusters: 10,
                new DisentangleEncoderOptions
                {
                    Network = Network.Mlp(hidden: [256], embedding: 32), BatchSize = 128, Epochs = arguments.Epochs,
                },
                settings: settings)
            .SetMaxModelToExplore(arguments.Trials)
            .SetRandomSearchTuner(seed: 1);
        var clock = Stopwatch.StartNew();
        var best = (SweepTrialResult<DisentangleEncoderOptions>)await experiment.RunAsync(token);
        Console.WriteLine(best.History);
        Console.WriteLine($"Best: trial {best.Trial.Trial}, {best.Options!.Objective}, score {best.Metric:R}");
        Console.WriteLine($"{best.History.Trials.Count} trials in {clock.Elapsed.TotalSeconds:F1} s.");
        DisentangleModel.Save(ml, best.Model, digits.Schema, Path.Combine(arguments.Output, "sweep.zip"));
        if (arguments.Mlflow is { } folder)
            best.History.WriteMlflow(folder, arguments.Name ?? "digits");
        return 0;
    }

    private static async Task<IHost> ConnectAsync(SweepArguments arguments, CancellationToken token)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleansClient(client =>
        {
            if (arguments.Redis is { } redis)
                client.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis));
            else
                client.UseStaticClustering([.. arguments.Gateways.Select(IPEndPoint.Parse)]);
            client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("sweeps", "sweeps"));
            if (arguments.Certificate is { } certificate)
                client.UseTls(options => Tls.Configure(options, Tls.Load(certificate)));
        });
        IHost host = builder.Build();
        await host.StartAsync(token);
        return host;
    }
}
