using Microsoft.ML.Hosting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class MLContext : IHostEnvironment
{
    private readonly HostEnvironment _environment;

    public MLContext(int? seed = null)
    {
        _environment = new HostEnvironment(seed);
        _environment.Message += (source, message) => Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source));
        Data = new DataOperationsCatalog(_environment);
        Transforms = new TransformsCatalog(_environment);
        Clustering = new ClusteringCatalog(_environment);
        Model = new ModelOperationsCatalog(_environment);
    }

    public event EventHandler<LoggingEventArgs> Log;

    internal int? Seed => _environment.Seed;

    public DataOperationsCatalog Data { get; }

    public TransformsCatalog Transforms { get; }

    public ClusteringCatalog Clustering { get; }

    public ModelOperationsCatalog Model { get; }

    public ComponentCatalog ComponentCatalog => _environment.ComponentCatalog;

    string IExceptionContext.ContextDescription => ((IExceptionContext)_environment).ContextDescription;

    TException IExceptionContext.Process<TException>(TException ex) => _environment.Process(ex);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _environment.Register(name, seed, verbose);

    IChannel IChannelProvider.Start(string name) => _environment.Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _environment.StartPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _environment.StartProgressChannel(name);
}
