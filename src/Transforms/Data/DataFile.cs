using System.Text;

namespace Disentangle.ML.Transforms;

/// <summary>Opens data files by their content, whatever their name.</summary>
internal static class DataFile
{
    private const int Looked = 512;

    /// <summary>The first bytes of a zip archive.</summary>
    public static ReadOnlySpan<byte> Zip => "PK\u0003\u0004"u8;

    /// <summary>Opens a file, decompressing gzip.</summary>
    /// <exception cref="InvalidDataException">The file is an HTML page or a Git LFS pointer.</exception>
    public static Stream Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        FileStream file = File.OpenRead(path);
        try
        {
            ReadOnlySpan<byte> start = Start(file);
            if (WhatElse(start) is { } what)
                throw new InvalidDataException($"'{path}' {what}.");
            return IsGzip(start) ? new GzipContent(file, path) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the rest of a stream that should hold a number of bytes. Memory grows with the bytes read, so a wrong number wastes none.
    /// </summary>
    /// <returns>The bytes, fewer if the stream ends early, and whether there are more.</returns>
    public static (byte[] Content, bool HasMore) Read(Stream stream, long length)
    {
        var content = new GrowingBytes();
        byte[] chunk = new byte[(int)Math.Min(length, GrowingBytes.ChunkSize)];
        while (content.Length < length)
        {
            int read = stream.ReadAtLeast(chunk.AsSpan(0, (int)Math.Min(length - content.Length, chunk.Length)), 1,
                throwOnEndOfStream: false);
            if (read == 0)
                break;
            content.Add(chunk.AsSpan(0, read));
        }
        bool hasMore = content.Length == length && stream.ReadByte() >= 0;
        return (hasMore ? [] : content.ToArray(), hasMore);
    }

    /// <summary>The first bytes of a file. Its position is at the beginning before and after.</summary>
    public static ReadOnlySpan<byte> Start(FileStream file)
    {
        var start = new byte[Looked];
        int length = file.ReadAtLeast(start, Looked, throwOnEndOfStream: false);
        file.Position = 0;
        return start.AsSpan(0, length);
    }

    public static bool IsGzip(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <summary>Describes, for messages, a file whose first bytes show that it holds no data; null if it may hold data.</summary>
    public static string? WhatElse(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("version https://git-lfs.github.com/"u8))
            return "is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'";
        if (start.StartsWith(Zip))
            return "is a zip archive; extract it and use the file inside";
        string text = Encoding.Latin1.GetString(start).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        bool isPage = text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html>", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html ", StringComparison.OrdinalIgnoreCase);
        return isPage ? "is an HTML page, probably from a failed download; download the file again" : null;
    }
}
