namespace Disentangle.ML.Tensors.Managed.Memory;

/// <summary>
/// The memory of one step: allocated from front to back, and freed all at once. After the first steps, one block is large enough for a
/// step, and nothing more is allocated.
/// </summary>
internal sealed unsafe class StepMemory : IDisposable
{
    private const long SmallestBlock = 1 << 18;

    private readonly List<NativeBuffer> _blocks = [];
    private long _usedOfLast;

    /// <summary>How many blocks were allocated.</summary>
    public long BlocksAllocated { get; private set; }

    /// <summary>The number of Singles in use since the last reset.</summary>
    public long Used { get; private set; }

    /// <summary>Allocates uninitialised Singles, aligned and padded as in <see cref="NativeBuffer"/>.</summary>
    public float* Allocate(long length)
    {
        long padded = NativeBuffer.PaddedLength(Math.Max(1, length));
        if (_blocks.Count == 0 || _usedOfLast + padded > _blocks[^1].Length)
        {
            long total = 0;
            foreach (NativeBuffer block in _blocks)
                total += block.Length;
            AddBlock(Math.Max(Math.Max(SmallestBlock, total), padded));
            _usedOfLast = 0;
        }
        float* pointer = _blocks[^1].Pointer + _usedOfLast;
        _usedOfLast += padded;
        Used += padded;
        return pointer;
    }

    /// <summary>
    /// Frees what was allocated since <see cref="Used"/> had this value, so that the next allocations get memory that is still in the cache.
    /// Does nothing if a block was added meanwhile.
    /// </summary>
    public void Release(long used)
    {
        if (Used - used > _usedOfLast)
            return;
        _usedOfLast -= Used - used;
        Used = used;
    }

    /// <summary>Frees everything, and merges the blocks into one.</summary>
    public void Reset()
    {
        (_usedOfLast, Used) = (0, 0);
        if (_blocks.Count <= 1)
            return;
        long total = 0;
        foreach (NativeBuffer block in _blocks)
            total += block.Length;
        Dispose();
        AddBlock(total);
    }

    private void AddBlock(long length)
    {
        _blocks.Add(new NativeBuffer(length));
        BlocksAllocated++;
    }

    public void Dispose()
    {
        foreach (NativeBuffer block in _blocks)
            block.Dispose();
        _blocks.Clear();
        _usedOfLast = 0;
    }
}
