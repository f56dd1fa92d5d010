using Disentangle.ML.Tensors;
using TorchSharp;

namespace Disentangle.ML.TorchSharp;

/// <summary>Trains with libtorch, on the CPU or on an NVIDIA GPU.</summary>
/// <remarks>
/// The application references the native library: the package TorchSharp-cpu, or TorchSharp-cuda-linux or TorchSharp-cuda-windows for GPUs, in the
/// version of TorchSharp that this package depends on.
/// </remarks>
/// <example>
/// <code>
/// ml.Transforms.DisentangleEncoder("Embedding", "Pixels", labelColumnName: "Group", new DisentangleEncoderOptions { Device = TorchDevice.Auto })
/// </code>
/// </example>
public sealed class TorchDevice : Device
{
    private readonly DeviceType? _type;
    private readonly int _index;

    private TorchDevice(DeviceType? type, int index = 0) => (_type, _index) = (type, index);

    /// <summary>The first GPU if libtorch finds one, else the CPU.</summary>
    public static TorchDevice Auto { get; } = new(type: null);

    /// <summary>The CPU.</summary>
    public static TorchDevice Cpu { get; } = new(DeviceType.CPU);

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="index">Its number, from 0 as CUDA counts them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public static TorchDevice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new TorchDevice(DeviceType.CUDA, index);
    }

    /// <summary>Makes an engine on this device.</summary>
    /// <param name="threads">CPU threads of libtorch, for the whole process; 0 leaves them as they are.</param>
    /// <param name="seed">Where the random stream of dropout and normal draws starts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded, or there is no such GPU.</exception>
    public override Engine CreateEngine(int threads, int seed) => new TorchEngine(this, threads, seed);

    /// <summary>auto, cpu, cuda:0, ...</summary>
    public override string ToString() => _type switch
    {
        null => "auto",
        DeviceType.CPU => "cpu",
        _ => $"cuda:{_index}",
    };

    /// <summary>The device of libtorch.</summary>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded, or there is no such GPU.</exception>
    internal torch.Device Resolve()
    {
        LoadLibrary();
        if (_type == DeviceType.CPU || (_type is null && !torch.cuda.is_available()))
            return torch.CPU;
        if (!torch.cuda.is_available())
        {
            throw new InvalidOperationException(
                $"{this}: libtorch finds no GPU. It needs the package TorchSharp-cuda-linux or TorchSharp-cuda-windows {Version} "
                + "instead of TorchSharp-cpu, and an NVIDIA driver. TorchDevice.Auto takes the CPU where there is none.");
        }
        int count = torch.cuda.device_count();
        return _index < count
            ? torch.device(DeviceType.CUDA, _index)
            : throw new InvalidOperationException($"{this}: there are {count} GPUs, numbered from 0.");
    }

    private static string Version => typeof(torch).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Loads the native library, or says which package is missing.</summary>
    private static void LoadLibrary()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException
            or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException(
                $"The native library of TorchSharp cannot be loaded. Add the package TorchSharp-cpu {Version} to the application, or for NVIDIA GPUs "
                + $"TorchSharp-cuda-linux or TorchSharp-cuda-windows {Version}. The inner exception says what failed.", e);
        }
    }
}
