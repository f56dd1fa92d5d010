using TorchSharp;
using Disentangle.ML.Tensors;
using static TorchSharp.torch;
using Device = Disentangle.ML.Tensors.Device;
using TorchDeviceType = TorchSharp.torch.Device;

namespace Disentangle.ML.TorchSharp;

/// <summary>Trains on libtorch, on the CPU or on an NVIDIA GPU.</summary>
/// <remarks>
/// The application must reference the native library: the package TorchSharp-cpu, or TorchSharp-cuda-linux or TorchSharp-cuda-windows for
/// GPUs, in the version of TorchSharp that this package depends on.
/// </remarks>
/// <example>
/// <code>
/// var options = new DisentangleEncoderOptions { Device = TorchDevice.Auto };
/// var encoder = ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group", options);
/// </code>
/// </example>
public sealed record TorchDevice : Device
{
    private TorchDevice(DeviceType? type, int index) => (Type, Index) = (type, index);

    /// <summary>The first GPU, or the one configured on the MLContext (<see cref="In"/>); the processor if there is none.</summary>
    public static TorchDevice Auto { get; } = new(type: null, 0);

    /// <summary>The processor.</summary>
    public static TorchDevice Cpu { get; } = new(DeviceType.CPU, 0);

    /// <summary>A GPU.</summary>
    /// <param name="index">0 or more.</param>
    public static TorchDevice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new TorchDevice(DeviceType.CUDA, index);
    }

    /// <summary>
    /// Whether to train on the managed engine if libtorch or the GPU is not available. If false (the default), an exception says what is
    /// missing.
    /// </summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>
    /// Whether the products of linear layers, convolutions and GRUs round their factors to bfloat16 (8 bits of precision), which recent GPUs
    /// multiply several times as fast. Weights, activations, losses, sums and the optimiser stay in single precision, and so does the
    /// fitted model. Ignored by the managed engine after a fallback. Default false.
    /// </summary>
    public bool Bfloat16 { get; init; }

    private DeviceType? Type { get; init; }

    private int Index { get; init; }

    private static string Version => typeof(global::TorchSharp.torch).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <inheritdoc/>
    public override Device In(int? gpuDeviceId, bool fallbackToCpu) => Type is not null
        ? this
        : this with
        {
            Type = gpuDeviceId is null ? null : DeviceType.CUDA,
            Index = gpuDeviceId ?? 0,
            FallbackToCpu = FallbackToCpu || fallbackToCpu,
        };

    /// <summary>Creates an engine on this device.</summary>
    /// <param name="threads">CPU threads of libtorch, for the whole process; 0 for all cores. Ignored on a GPU.</param>
    /// <param name="seed">The seed of the engine's random stream.</param>
    /// <param name="log">Receives a message that says which device was found; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">
    /// libtorch or the GPU is not available, and <see cref="FallbackToCpu"/> is false.
    /// </exception>
    public override Engine CreateEngine(int threads, int seed, Action<string>? log = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        TorchDeviceType device;
        try
        {
            device = Find();
        }
        catch (InvalidOperationException e) when (FallbackToCpu)
        {
            log?.Invoke($"{e.Message} Training falls back to the managed engine.");
            return Managed.CreateEngine(threads, seed, log);
        }
        if (device.type == DeviceType.CPU)
            set_num_threads(threads == 0 ? Environment.ProcessorCount : threads);
        log?.Invoke($"Training on libtorch, device {device}{(Bfloat16 ? ", in bfloat16" : "")}.");
        return new TorchEngine(device, seed, Bfloat16);
    }

    /// <summary>auto, cpu, cuda:0, ...</summary>
    public override string ToString() => Type switch
    {
        null => "auto",
        DeviceType.CPU => "cpu",
        _ => $"cuda:{Index}",
    };

    private TorchDeviceType Find()
    {
        LoadLibrary();
        bool hasGpu = Type != DeviceType.CPU && cuda_is_available();
        if (!hasGpu && Type != DeviceType.CUDA)
            return CPU;
        if (!hasGpu)
        {
            throw new InvalidOperationException(
                $"{this}: libtorch finds no GPU. It needs an NVIDIA driver and the package TorchSharp-cuda-linux or "
                + $"TorchSharp-cuda-windows {Version} instead of TorchSharp-cpu. TorchDevice.Auto uses the CPU if there is no GPU.");
        }
        int count = cuda.device_count();
        return Index < count
            ? InitializeDevice(device(DeviceType.CUDA, Index))
            : throw new InvalidOperationException(
                count == 1 ? $"{this}: there is one GPU, number 0." : $"{this}: there are {count} GPUs, numbered from 0.");
    }

    /// <summary>Loads the native library; if it cannot be loaded, the exception says which package is missing.</summary>
    private static void LoadLibrary()
    {
        try
        {
            InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException(
                $"The native library of TorchSharp cannot be loaded. Add the package TorchSharp-cpu {Version} to the application, "
                + $"or for NVIDIA GPUs TorchSharp-cuda-linux or TorchSharp-cuda-windows {Version}. The inner exception says what failed.",
                    e);
        }
    }
}
