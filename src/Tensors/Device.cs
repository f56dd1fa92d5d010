namespace Disentangle.ML.Tensors;

/// <summary>Where training computes: it makes the <see cref="Engine"/> of a training run.</summary>
/// <remarks>
/// The default is <see cref="Managed"/>, the CPU engine of this package. The package Disentangle.ML.TorchSharp adds libtorch on the CPU and on
/// NVIDIA GPUs.
/// </remarks>
public abstract class Device
{
    /// <summary>The CPU, in managed code: <see cref="ManagedEngine"/>.</summary>
    public static Device Managed { get; } = new ManagedDevice();

    /// <summary>Makes an engine, which the caller disposes.</summary>
    /// <param name="threads">The greatest number of CPU threads that work at once; 0 stands for all cores.</param>
    /// <param name="seed">Where the random stream of dropout and normal draws starts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative.</exception>
    public abstract Engine CreateEngine(int threads, int seed);

    private sealed class ManagedDevice : Device
    {
        public override Engine CreateEngine(int threads, int seed) => new ManagedEngine(threads, seed);

        public override string ToString() => "managed CPU";
    }
}
