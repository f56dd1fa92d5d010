using System.Runtime.InteropServices;

namespace Disentangle.ML.Tensors.Managed.Memory;

/// <summary>
/// Singles outside the managed heap, aligned to a cache line and padded to a multiple of <see cref="Granularity"/>, so that kernels can
/// process whole registers. The memory is freed when the object is collected, so code that uses the pointer must keep the object alive.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>Lengths are rounded up to a multiple of this, the width of the widest register.</summary>
    public const int Granularity = 16;

    // Kernels may read whole registers from the last element on.
    private const int ReadableBeyond = 3 * Granularity;
    private const int Alignment = 64;

    private float* _pointer;

    public NativeBuffer(long length)
    {
        Length = PaddedLength(length);
        ByteLength = Length * sizeof(float);
        _pointer = (float*)NativeMemory.AlignedAlloc((nuint)(ByteLength + ReadableBeyond * sizeof(float)), Alignment);
        GC.AddMemoryPressure(Math.Max(ByteLength, Alignment));
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public float* Pointer => _pointer;

    private long ByteLength { get; }

    public static long PaddedLength(long length) => (length + Granularity - 1) / Granularity * Granularity;

    public void Clear() => NativeMemory.Clear(_pointer, (nuint)ByteLength);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer == null)
            return;
        NativeMemory.AlignedFree(_pointer);
        GC.RemoveMemoryPressure(Math.Max(ByteLength, Alignment));
        _pointer = null;
    }
}
