namespace Disentangle.ML.Tensors.Memory;

/// <summary>Memory that a thread keeps for the kernels it runs.</summary>
internal sealed unsafe class ThreadScratch
{
    private NativeBuffer? _buffer;

    /// <summary>At least this many Singles, uninitialised; the same memory at each call unless it must grow.</summary>
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
