using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Disentangle.ML.Host.Tests;

public class LoggingTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<LoggingEventArgs> _log = [];

    public LoggingTests() => _ml.Log += (_, message) =>
    {
        lock (_log)
            _log.Add(message);
    };

    [Fact]
    public void Messages_of_a_channel_reach_the_log()
    {
        IHost host = ((IHostEnvironment)_ml).Register("Trainer");
        using (IChannel channel = host.Start("Training"))
        {
            channel.Info(MessageSensitivity.None, "epoch {0} of {1}", 1, 5);
            channel.Warning(MessageSensitivity.None, "careful");
            channel.Error(MessageSensitivity.None, "wrong");
        }
        LoggingEventArgs info = _log.Single(message => message.Kind == ChannelMessageKind.Info);
        Assert.Equal("Trainer; Training", info.Source);
        Assert.Equal("epoch 1 of 5", info.RawMessage);
        Assert.Equal("[Source=Trainer; Training, Kind=Info] epoch 1 of 5", info.Message);
        Assert.Equal("careful", _log.Single(message => message.Kind == ChannelMessageKind.Warning).RawMessage);
        Assert.Equal("wrong", _log.Single(message => message.Kind == ChannelMessageKind.Error).RawMessage);
        Assert.Equal("Channel started", _log.First().RawMessage);
        Assert.Equal("Channel disposed", _log.Last().RawMessage);
    }

    [Fact]
    public void A_message_without_arguments_may_hold_braces()
    {
        using (IChannel channel = ((IHostEnvironment)_ml).Start("Any"))
            channel.Info(MessageSensitivity.None, "{not a format}");
        Assert.Contains(_log, message => message.RawMessage == "{not a format}" && message.Source == "Any");
    }

    [Fact]
    public void Sources_show_the_component_and_the_channel()
    {
        IHost outer = ((IHostEnvironment)_ml).Register("Outer");
        IHost inner = outer.Register("Inner");
        IHost innermost = inner.Register("Innermost");
        inner.Start("Channel").Dispose();
        innermost.Start("Channel").Dispose();
        Assert.Equal(["Inner; Channel", "Outer; Innermost; Channel"], _log.Select(message => message.Source).Distinct());
    }

    [Fact]
    public void Training_reports_by_the_log()
    {
        IDataView data = new StrictView(50);
        _ml.Clustering.Trainers.KMeans("Features", numberOfClusters: 2).Fit(data);
        Assert.Contains(_log, message => message.Kind == ChannelMessageKind.Info && message.Source == "KMeansPlusPlus; Training"
            && message.RawMessage == "Model trained successfully on 50 instances");
    }

    [Fact]
    public void Progress_does_not_reach_the_log()
    {
        using (IProgressChannel progress = ((IHostEnvironment)_ml).StartProgressChannel("Progress"))
        {
            progress.SetHeader(new ProgressHeader(["loss"], ["epochs"]), entry => entry.SetProgress(0, 1, 5));
            progress.Checkpoint(0.5, 1);
        }
        Assert.Empty(_log);
    }

    [Fact]
    public void The_seed_sets_the_random_numbers_of_components()
    {
        Assert.Equal(First(new MLContext(seed: 7)), First(new MLContext(seed: 7)));
        Assert.NotEqual(First(new MLContext(seed: 7)), First(new MLContext(seed: 8)));
        IHostEnvironment environment = new MLContext(seed: 7);
        Assert.Equal(environment.Register("A", seed: 3).Rand.Next(), environment.Register("B", seed: 3).Rand.Next());

        static int First(IHostEnvironment environment) => environment.Register("Component").Rand.Next();
    }

    [Fact]
    public void Catalogs_hold_their_environment_where_extensions_look_for_it()
    {
        foreach (object catalog in new object[] { _ml.Transforms, _ml.Transforms.Conversion, _ml.Data, _ml.Model, _ml.Clustering, _ml.Clustering.Trainers })
        {
            Type type = Assert.Single(catalog.GetType().GetInterfaces(), type => type.FullName == "Microsoft.ML.Data.IInternalCatalog");
            PropertyInfo property = type.GetProperty("Environment")!;
            Assert.IsAssignableFrom<IHostEnvironment>(property.GetValue(catalog));
        }
    }
}
