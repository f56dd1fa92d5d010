using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.MLNetAssumptions.Tests;

/// <summary>What the estimators rely on to find their environment and to report what they do.</summary>
public class HostingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Catalogs_hold_their_environment()
    {
        foreach (object catalog in new object[] { _ml.Transforms, _ml.Transforms.Conversion, _ml.Data, _ml.Model, _ml.Clustering,
            _ml.Clustering.Trainers })
        {
            Type type = Assert.Single(catalog.GetType().GetInterfaces(), type => type.FullName == "Microsoft.ML.Data.IInternalCatalog");
            PropertyInfo property = type.GetProperty("Environment")!;
            Assert.IsAssignableFrom<IHostEnvironment>(property.GetValue(catalog));
        }
    }

    [Fact]
    public void The_seed_sets_the_random_numbers_of_components()
    {
        Assert.Equal(First(7), First(7));
        Assert.NotEqual(First(7), First(8));

        static int First(int seed) => ((IHostEnvironment)new MLContext(seed)).Register("Component").Rand.Next();
    }

    [Fact]
    public void Messages_of_a_channel_reach_the_log_and_progress_does_not()
    {
        var log = new List<LoggingEventArgs>();
        _ml.Log += (_, message) => log.Add(message);
        IHost host = ((IHostEnvironment)_ml).Register("Trainer");
        using (IProgressChannel progress = host.StartProgressChannel("Progress"))
        {
            progress.SetHeader(new ProgressHeader(["loss"], ["epochs"]), entry => entry.SetProgress(0, 1, 5));
            progress.Checkpoint(0.5, 1);
        }
        Assert.Empty(log);

        using (IChannel channel = host.Start("Training"))
            channel.Info(MessageSensitivity.None, "epoch {1}");
        LoggingEventArgs info = Assert.Single(log, message => message.Kind == ChannelMessageKind.Info);
        Assert.Equal(("Trainer; Training", "epoch {1}"), (info.Source, info.RawMessage));
    }
}
