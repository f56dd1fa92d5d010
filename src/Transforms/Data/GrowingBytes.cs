namespace Disentangle.ML.Transforms;

/// <summary>A growing sequence of bytes that never uses more than twice their memory.</summary>
internal sealed class GrowingBytes
{
    public const int ChunkSize = 1 << 18;

    private readonly List<byte[]> _chunks = [];

    public long Length { get; private set; }

    /// <summary>Appends bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int at = (int)(Length % ChunkSize);
            if (at == 0)
                _chunks.Add(new byte[ChunkSize]);
            int count = Math.Min(bytes.Length, ChunkSize - at);
            bytes[..count].CopyTo(_chunks[^1].AsSpan(at));
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>Copies all bytes to one array.</summary>
    public byte[] ToArray()
    {
        var result = new byte[Length];
        for (int i = 0; i < _chunks.Count; i++)
        {
            long start = (long)i * ChunkSize;
            _chunks[i].AsSpan(0, (int)Math.Min(ChunkSize, Length - start)).CopyTo(result.AsSpan((int)start));
        }
        return result;
    }
}
