namespace Disentangle.ML.Tensors.Managed.Memory;

/// <summary>Scratch memory of a thread, reused by the kernels that it runs.</summary>
internal sealed unsafe class ThreadScratch
{
    private NativeBuffer? _buffer;

    /// <summary>At least <paramref name="length"/> uninitialised Singles: the same memory at each call, unless it must grow.</summary>
    public float* Get(long length)
    {
        if (_buffer is null || _buffer.Length < length)
        {
            _buffer?.Dispose();
            _buffer = new NativeBuffer(length);
        }
        return _buffer.Pointer;
    }
}
