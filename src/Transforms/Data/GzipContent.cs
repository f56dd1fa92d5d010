using System.IO.Compression;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The content of a gzip file. Unlike <see cref="GZipStream"/> it names a damaged file and detects truncation: it reads one more gzip
/// member after the file, which decompresses correctly only if the file is complete.
/// </summary>
internal sealed class GzipContent : SequentialStream
{
    private static readonly byte[] Mark = [0x9D, 0x31, 0xE4, 0x0B, 0x76, 0xC8, 0x52, 0xAF, 0x13, 0xFA, 0x64, 0xD9, 0x8E, 0x27, 0xB0, 0x45];
    private static readonly byte[] LastMember = Compressed(Mark);

    private readonly string _path;
    private readonly Stream _file;
    private readonly GZipStream _content;
    // Decompressed bytes that have not been returned. The last ones may be the mark.
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <param name="file">The file, at its beginning; disposed with this.</param>
    /// <param name="path">For messages.</param>
    public GzipContent(FileStream file, string path)
    {
        (_file, _path) = (file, path);
        _content = new GZipStream(new Joined(file, new MemoryStream(LastMember)), CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (!_isAtEnd && _end - _start <= Mark.Length)
            Fill();
        int count = Math.Min(buffer.Length, _end - _start - (_isAtEnd ? 0 : Mark.Length));
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int read;
        try
        {
            read = _content.Read(_buffer.AsSpan(_end));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{_path}' is a damaged gzip file: {e.Message}", e);
        }
        _end += read;
        if (read > 0)
            return;
        if (!_buffer.AsSpan(_start, _end - _start).EndsWith(Mark))
            throw new InvalidDataException($"'{_path}' is a damaged gzip file: it is truncated, or other data follows its end.");
        _end -= Mark.Length;
        _isAtEnd = true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _file.Dispose();
        }
        base.Dispose(disposing);
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return memory.ToArray();
    }

    /// <summary>Concatenates two streams.</summary>
    private sealed class Joined(Stream first, Stream second) : SequentialStream
    {
        public override int Read(Span<byte> buffer)
        {
            int read = first.Read(buffer);
            return read > 0 ? read : second.Read(buffer);
        }
    }
}
