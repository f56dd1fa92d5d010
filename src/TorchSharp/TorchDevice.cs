using TorchSharp;
using Disentangle.ML.Tensors;
using static TorchSharp.torch;
using Device = Disentangle.ML.Tensors.Device;

namespace Disentangle.ML.TorchSharp;

/// <summary>Training on libtorch. The application adds the package with its native library: TorchSharp-cpu, or one for CUDA, of TorchSharp's version.</summary>
public sealed record TorchDevice : Device
{
    private const string Advice = "Add the package TorchSharp-cpu to the application, or TorchSharp-cuda-linux or TorchSharp-cuda-windows for a GPU, "
        + "in the version of TorchSharp (0.107.0).";

    private TorchDevice(DeviceType? type, int index) => (Type, Index) = (type, index);

    /// <summary>The first GPU, or the one that the host names (<see cref="In"/>); the processor where there is none.</summary>
    public static TorchDevice Auto { get; } = new(type: null, 0);

    /// <summary>The processor.</summary>
    public static TorchDevice Cpu { get; } = new(DeviceType.CPU, 0);

    /// <summary>A GPU by its number.</summary>
    /// <param name="index">0 or more.</param>
    public static TorchDevice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new TorchDevice(DeviceType.CUDA, index);
    }

    /// <summary>Whether to train on the managed engine where libtorch or the GPU is not available. Default false: an error says what is missing.</summary>
    public bool FallbackToCpu { get; init; }

    private DeviceType? Type { get; init; }

    private int Index { get; init; }

    /// <inheritdoc/>
    public override Device In(int? gpuDeviceId, bool fallbackToCpu) => Type is not null
        ? this
        : this with
        {
            Type = gpuDeviceId is null ? null : DeviceType.CUDA,
            Index = gpuDeviceId ?? 0,
            FallbackToCpu = FallbackToCpu || fallbackToCpu,
        };

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">libtorch or the GPU is not available, and <see cref="FallbackToCpu"/> is false.</exception>
    public override Engine CreateEngine(int threads, int seed, Action<string>? log = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        try
        {
            DeviceType type = Type ?? (cuda_is_available() ? DeviceType.CUDA : DeviceType.CPU);
            InitializeDeviceType(type);
            if (type == DeviceType.CUDA && Index >= cuda.device_count())
                throw new InvalidOperationException($"There is no GPU {Index}; the machine has {cuda.device_count()}.");
            if (type == DeviceType.CPU && threads > 0)
                set_num_threads(threads);
            log?.Invoke(type == DeviceType.CPU ? "Training on libtorch, on the processor." : $"Training on libtorch, on GPU {Index}.");
            return new TorchEngine(device(type, type == DeviceType.CPU ? -1 : Index), seed);
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException or InvalidOperationException)
        {
            string missing = e is InvalidOperationException ? e.Message : $"libtorch cannot be loaded. {Advice} ({e.GetBaseException().Message})";
            if (!FallbackToCpu)
                throw new InvalidOperationException(missing, e);
            log?.Invoke($"{missing} Training on the managed engine instead.");
            return Managed.CreateEngine(threads, seed, log);
        }
    }
}
