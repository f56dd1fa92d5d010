using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Disentangle.ML.Trainers;

// *** Format, little-endian ***
// byte[4]   magic number
// int32     version
// int32     length of the header
// byte[]    header
// byte[]    content
// byte[32]  SHA-256 of everything before

/// <summary>The format that saved models and checkpoints share: a header and binary content, protected by a checksum.</summary>
internal static class Envelope
{
    private const int PrefixLength = 12;

    /// <summary>Writes an envelope.</summary>
    /// <param name="stream">The destination.</param>
    /// <param name="magic">The magic number, 4 bytes.</param>
    /// <param name="version">The version of header and content.</param>
    /// <param name="header">The header.</param>
    /// <param name="writeContent">Writes the content.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> magic, int version, ReadOnlySpan<byte> header, Action<Stream> writeContent)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            Span<byte> prefix = stackalloc byte[PrefixLength];
            magic.CopyTo(prefix);
            BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], version);
            BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], header.Length);
            hashed.Write(prefix);
            hashed.Write(header);
            writeContent(hashed);
        }
        stream.Write(hash.Hash!);
    }

    /// <summary>Opens an envelope. A correct checksum does not prove that header and content are valid.</summary>
    /// <param name="bytes">The envelope.</param>
    /// <param name="magic">The expected magic number.</param>
    /// <param name="version">The expected version; receives the one found.</param>
    /// <param name="header">Receives the header.</param>
    /// <param name="content">Receives the content.</param>
    public static EnvelopeFault Read(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> magic, ref int version,
        out ReadOnlyMemory<byte> header, out ReadOnlyMemory<byte> content)
    {
        (header, content) = (default, default);
        if (!bytes.Span.StartsWith(magic))
            return EnvelopeFault.OtherMagic;
        if (bytes.Length < PrefixLength + SHA256.HashSizeInBytes)
            return EnvelopeFault.Damaged;
        int expected = version;
        version = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[4..]);
        if (version != expected)
            return EnvelopeFault.OtherVersion;
        ReadOnlyMemory<byte> body = bytes[..^SHA256.HashSizeInBytes];
        if (!SHA256.HashData(body.Span).AsSpan().SequenceEqual(bytes.Span[body.Length..]))
            return EnvelopeFault.Damaged;
        int length = BinaryPrimitives.ReadInt32LittleEndian(body.Span[8..]);
        if (length < 0 || length > body.Length - PrefixLength)
            return EnvelopeFault.Damaged;
        (header, content) = (body.Slice(PrefixLength, length), body[(PrefixLength + length)..]);
        return EnvelopeFault.None;
    }
}
