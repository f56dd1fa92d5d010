using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Disentangle.ML.Transforms;

/// <summary>
/// Reads arrays of small integers from a MATLAB 5 file, the format of MATLAB 5 to 7.2 and scipy (MathWorks: MAT-File Format).
/// </summary>
internal sealed class MatFile
{
    // File:    116 bytes of text, 8 of no interest, the version 0x0100 and the mark 0x4D49 ("MI"), both in the byte order of the file; then
    // elements. Element: type (32 bits), number of bytes (32 bits), the bytes, padding to 8 bytes (not after a compressed element);
    //          up to 4 bytes also as: number of bytes (upper 16 bits) and type (lower 16 bits), the bytes, padding to 4.
    // A compressed element holds a matrix element as a zlib stream. A matrix element holds elements: flags (class in the lowest byte),
    // dimensions, name, values.
    private const int HeaderLength = 128;
    private const int Matrix = 14;
    private const int Compressed = 15;
    private const int FirstNumericClass = 6;
    private const int LastNumericClass = 15;
    private const uint ComplexFlag = 0x800;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly bool _bigEndian;
    private readonly IReadOnlyList<MatVariable> _wanted;
    private readonly Dictionary<string, MatArray> _found = [];
    private readonly List<string> _others = [];

    private MatFile(string path, FileStream file, IReadOnlyList<MatVariable> wanted)
    {
        (_path, _file, _wanted) = (path, file, wanted);
        Span<byte> header = stackalloc byte[HeaderLength];
        int length = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (header.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']) || header.StartsWith("MATLAB 7.3"u8))
            throw Fault("is a MATLAB 7.3 (HDF5) file; expected a MATLAB 5 file; in MATLAB, use save(..., '-v7').");
        ReadOnlySpan<byte> end = header[124..];
        _bigEndian = end.SequenceEqual((ReadOnlySpan<byte>)[1, 0, (byte)'M', (byte)'I']);
        if (DataFile.WhatElse(header[..length]) is { } what)
            throw Fault($"{what}.");
        if (DataFile.IsGzip(header[..length]))
            throw Fault("is a gzip file; decompress it first.");
        if (length < HeaderLength || !_bigEndian && !end.SequenceEqual((ReadOnlySpan<byte>)[0, 1, (byte)'I', (byte)'M']))
            throw Fault("is not a MATLAB 5 file: its first 128 bytes do not end in version 1 and the byte order mark.");
    }

    /// <summary>Reads variables; others in the file are skipped.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is in another format, truncated or altered, lacks a variable, or a variable has other numbers.
    /// </exception>
    public static IReadOnlyDictionary<string, MatArray> Read(string path, IReadOnlyList<MatVariable> wanted)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream file = File.OpenRead(path);
        return new MatFile(path, file, wanted).Read();
    }

    private Dictionary<string, MatArray> Read()
    {
        while (_file.Position < _file.Length)
        {
            long start = _file.Position;
            var top = new Elements(this, _file, start, _file.Length - start);
            Tag tag = top.ReadTag();
            if (tag.Bytes > top.Left)
                throw Fault($"is truncated: the element at byte {start} declares {tag.Bytes} bytes, but {top.Left} follow.");
            long end = _file.Position + tag.Bytes;
            if (tag.Type == Compressed)
            {
                using var inflated = new ZLibStream(_file, CompressionMode.Decompress, leaveOpen: true);
                var content = new Elements(this, inflated, start, long.MaxValue);
                Tag matrix = content.ReadTag();
                ReadMatrix(content.Inner(matrix));
                content.PassToEnd();
            }
            else if (tag.Type == Matrix)
            {
                ReadMatrix(top.Inner(tag));
            }
            _file.Position = end;
        }

        foreach (MatVariable variable in _wanted)
        {
            if (!_found.ContainsKey(variable.Name))
            {
                string[] names = [.. _found.Keys.Concat(_others).Select(name => $"'{name}'")];
                throw Fault($"has no variable '{variable.Name}'; it has {(names.Length == 0 ? "none" : string.Join(", ", names))}.");
            }
        }
        return _found;
    }

    private void ReadMatrix(Elements elements)
    {
        uint flags = elements.ReadUInt32s()[0];
        int kind = (int)(flags & 0xFF);
        if (kind > LastNumericClass)
            return;
        uint[] dimensions = elements.ReadUInt32s();
        string name = Encoding.ASCII.GetString(elements.ReadBytes());
        if (_wanted.FirstOrDefault(variable => variable.Name == name) is not { } wanted)
        {
            if (name.Length > 0)
                _others.Add(name);
            return;
        }
        if (kind < FirstNumericClass || (flags & ComplexFlag) != 0)
        {
            string[] kinds = ["", "a cell array", "a structure", "an object", "text", "a sparse array"];
            throw Fault(
                $"has {(kind < FirstNumericClass ? kinds[kind] : "complex numbers")} as '{name}'; expected a full array of real numbers.");
        }
        long count = 1;
        foreach (uint dimension in dimensions)
        {
            if (count * dimension > Array.MaxLength)
                throw Fault($"is altered or too large: '{name}' is {string.Join(" x ", dimensions)}.");
            count *= dimension;
        }
        _found[name] = new MatArray(Array.ConvertAll(dimensions, dimension => (int)dimension), ReadValues(elements, wanted, (int)count));
    }

    private byte[] ReadValues(Elements elements, MatVariable variable, int count)
    {
        Tag tag = elements.ReadTag();
        int size = tag.Type switch
        {
            1 or 2 => 1,
            3 or 4 => 2,
            5 or 6 or 7 => 4,
            9 or 12 or 13 => 8,
            _ => throw elements.Altered($"numbers of type {tag.Type}"),
        };
        if (tag.Bytes != (long)count * size || tag.Bytes > elements.Left)
            throw elements.Altered($"{tag.Bytes} bytes for {count} numbers of {size}");

        var values = new GrowingBytes();
        var buffer = new byte[Math.Min(count, 8192) * size];
        var whole = new byte[Math.Min(count, 8192)];
        for (int start = 0; start < count; start += 8192)
        {
            Span<byte> chunk = buffer.AsSpan(0, Math.Min(count - start, 8192) * size);
            elements.Fill(chunk);
            for (int i = 0; i < chunk.Length / size; i++)
            {
                double value = Number(chunk.Slice(i * size, size), tag.Type);
                if (!(value >= variable.Least && value <= variable.Greatest) || value != Math.Floor(value))
                {
                    string expected = $"expected whole numbers from {variable.Least} to {variable.Greatest}";
                    throw Fault(string.Create(CultureInfo.InvariantCulture,
                        $"has {value} as value {start + i + 1} of '{variable.Name}'; {expected}."));
                }
                whole[i] = (byte)value;
            }
            values.Add(whole.AsSpan(0, chunk.Length / size));
        }
        return values.ToArray();
    }

    private double Number(Span<byte> bytes, int type)
    {
        if (_bigEndian)
            bytes.Reverse();
        return type switch
        {
            1 => (sbyte)bytes[0],
            2 => bytes[0],
            3 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            5 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            6 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            7 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            9 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            12 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        };
    }

    private InvalidDataException Fault(string what, Exception? cause = null) => new($"'{_path}' {what}", cause);

    /// <param name="Type">The type of the bytes.</param>
    /// <param name="Bytes">The number of bytes.</param>
    /// <param name="Padding">The number of padding bytes that follow.</param>
    private readonly record struct Tag(int Type, long Bytes, int Padding);

    /// <summary>Consecutive elements in a section of a stream.</summary>
    /// <param name="file">The file.</param>
    /// <param name="stream">The stream to read.</param>
    /// <param name="start">The position of the outermost element in the file, for messages.</param>
    /// <param name="left">The length of the section.</param>
    private sealed class Elements(MatFile file, Stream stream, long start, long left)
    {
        public long Left { get; private set; } = left;

        public Elements Inner(Tag matrix) => matrix.Type == Matrix && matrix.Bytes <= Left
            ? new Elements(file, stream, start, matrix.Bytes)
            : throw Altered($"{matrix.Bytes} bytes of type {matrix.Type} where a matrix should be");

        public Tag ReadTag()
        {
            uint type = ReadUInt32();
            uint smallBytes = type >> 16;
            if (smallBytes > 4)
                throw Altered($"{smallBytes} bytes in a small element");
            if (smallBytes > 0)
                return new Tag((int)(type & 0xFFFF), smallBytes, 4 - (int)smallBytes);
            uint bytes = ReadUInt32();
            return new Tag((int)type, bytes, (int)(8 - bytes % 8) % 8);
        }

        /// <summary>Reads a whole element: flags, dimensions or a name, all of them small.</summary>
        public byte[] ReadBytes()
        {
            Tag tag = ReadTag();
            if (tag.Bytes > 4096)
                throw Altered($"{tag.Bytes} bytes of type {tag.Type} before the numbers");
            var bytes = new byte[tag.Bytes + tag.Padding];
            Fill(bytes);
            return bytes[..(int)tag.Bytes];
        }

        public uint[] ReadUInt32s()
        {
            byte[] bytes = ReadBytes();
            if (bytes.Length < 8)
                throw Altered($"{bytes.Length} bytes of flags or dimensions");
            return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => UInt32(bytes.AsSpan(4 * i)))];
        }

        public void Fill(Span<byte> bytes)
        {
            if (bytes.Length > Left)
                throw Altered("an early end");
            Left -= bytes.Length;
            try
            {
                stream.ReadExactly(bytes);
            }
            catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
            {
                throw Altered("compressed data that cannot be inflated", fault);
            }
        }

        /// <summary>Reads to the end, where the checksum of compressed data is verified.</summary>
        public void PassToEnd()
        {
            try
            {
                stream.CopyTo(Stream.Null);
            }
            catch (InvalidDataException fault)
            {
                throw Altered("compressed data that cannot be inflated", fault);
            }
        }

        public InvalidDataException Altered(string found, Exception? cause = null) =>
            file.Fault($"is altered or truncated: the element at byte {start} has {found}.", cause);

        private uint ReadUInt32()
        {
            Span<byte> bytes = stackalloc byte[4];
            Fill(bytes);
            return UInt32(bytes);
        }

        private uint UInt32(ReadOnlySpan<byte> bytes) =>
            file._bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
