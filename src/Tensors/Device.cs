namespace Disentangle.ML.Tensors;

/// <summary>The device that training runs on: a factory of engines.</summary>
public abstract record Device
{
    /// <summary>The processor, with <see cref="ManagedEngine"/>. Needs no native library.</summary>
    public static Device Managed { get; } = new ManagedDevice();

    /// <summary>Creates an engine.</summary>
    /// <param name="threads">Processor cores to use; 0 for all.</param>
    /// <param name="seed">The seed of the engine's random stream.</param>
    /// <param name="log">Receives log messages, such as which device was found; null for none.</param>
    public abstract Engine CreateEngine(int threads, int seed, Action<string>? log = null);

    /// <summary>The device to use if a GPU is configured, as on an MLContext. By default, this device.</summary>
    /// <param name="gpuDeviceId">The number of the GPU; null if none is configured.</param>
    /// <param name="fallbackToCpu">Whether to use the processor if the GPU is not available.</param>
    public virtual Device In(int? gpuDeviceId, bool fallbackToCpu) => this;

    private sealed record ManagedDevice : Device
    {
        public override Engine CreateEngine(int threads, int seed, Action<string>? log = null) => new ManagedEngine(threads, seed);
    }
}
