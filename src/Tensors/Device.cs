namespace Disentangle.ML.Tensors;

/// <summary>What training computes on: a factory of engines.</summary>
public abstract record Device
{
    /// <summary>The processor, by <see cref="ManagedEngine"/>; needs no native library.</summary>
    public static Device Managed { get; } = new ManagedDevice();

    /// <summary>Makes an engine.</summary>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="seed">Where the engine's random stream starts.</param>
    /// <param name="log">Receives lines for a log, such as which device was found; null for none.</param>
    public abstract Engine CreateEngine(int threads, int seed, Action<string>? log = null);

    /// <summary>The device to use in a host that sets a GPU, as an MLContext does. Default: this one.</summary>
    /// <param name="gpuDeviceId">The number of the GPU; null where none is set.</param>
    /// <param name="fallbackToCpu">Whether to use the processor where the GPU is not available.</param>
    public virtual Device In(int? gpuDeviceId, bool fallbackToCpu) => this;

    private sealed record ManagedDevice : Device
    {
        public override Engine CreateEngine(int threads, int seed, Action<string>? log = null) => new ManagedEngine(threads, seed);
    }
}
