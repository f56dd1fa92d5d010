using Microsoft.ML.Runtime;

namespace Microsoft.ML.Hosting;

/// <summary>The environment of an <see cref="MLContext"/> and, registered with a name, of each component in it.</summary>
internal sealed class HostEnvironment : IHost
{
    private readonly Lock _lock = new();
    private readonly HostEnvironment _root;
    private readonly HostEnvironment _parent;
    private readonly string _fullName;

    public HostEnvironment(int? seed)
    {
        _root = this;
        Seed = seed;
        Rand = seed is int value ? new Random(value) : new Random();
        ComponentCatalog = new ComponentCatalog();
    }

    private HostEnvironment(HostEnvironment parent, string name, Random random)
    {
        _root = parent._root;
        _parent = parent;
        // ML.NET puts the name of the component before the last in front, and messages show it.
        _fullName = parent._parent?._fullName is { } prefix ? $"{prefix}; {name}" : name;
        Seed = parent.Seed;
        Rand = random;
        ComponentCatalog = parent.ComponentCatalog;
    }

    /// <summary>Gets every message of every channel: its source and the message.</summary>
    public event Action<string, ChannelMessage> Message;

    public int? Seed { get; }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    string IExceptionContext.ContextDescription => _fullName ?? nameof(HostEnvironment);

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Checks.NotEmpty(name, nameof(name));
        lock (_lock)
            return new HostEnvironment(this, name, new Random(seed ?? Rand.Next()));
    }

    public IChannel Start(string name) => new Channel(this, Join(name));

    public IPipe<TMessage> StartPipe<TMessage>(string name) => new Pipe<TMessage>(this);

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public TException Process<TException>(TException ex) where TException : Exception
    {
        if (ex is not null)
            ex.Data["Throwing component"] = _fullName ?? "Environment";
        return ex;
    }

    public void Send(string source, ChannelMessage message) => _root.Message?.Invoke(source, message);

    private string Join(string name) => _fullName is null ? name : $"{_fullName}; {name}";

    private sealed class Pipe<TMessage>(HostEnvironment host) : IPipe<TMessage>
    {
        public string ContextDescription => ((IExceptionContext)host).ContextDescription;

        public TException Process<TException>(TException ex) where TException : Exception => host.Process(ex);

        // Nothing but channels has listeners here.
        public void Send(TMessage msg) { }

        public void Dispose() { }
    }

    // Progress reaches no listener of MLContext, in ML.NET neither.
    private sealed class ProgressChannel : IProgressChannel
    {
        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) { }

        public void Checkpoint(params double?[] values) { }

        public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

        public void Dispose() { }
    }
}
