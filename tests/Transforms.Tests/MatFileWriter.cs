using System.IO.Compression;
using System.Text;

namespace Disentangle.ML.Transforms.Tests;

/// <summary>Writes MATLAB 5 files.</summary>
internal sealed class MatFileWriter
{
    private readonly List<byte> _bytes = [];
    private readonly bool _bigEndian;

    public MatFileWriter(bool bigEndian = false)
    {
        _bigEndian = bigEndian;
        _bytes.AddRange(Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, written by a test".PadRight(124)));
        _bytes.AddRange(bigEndian ? [1, 0, (byte)'M', (byte)'I'] : [0, 1, (byte)'I', (byte)'M']);
    }

    public byte[] Content => [.. _bytes];

    /// <summary>A variable of bytes.</summary>
    public MatFileWriter Add(string name, int[] dimensions, byte[] values, bool compressed = false) =>
        Add(name, dimensions, values, kind: 9, type: 2, compressed);

    /// <summary>A variable of class double whose numbers are stored as a type that the test chooses.</summary>
    public MatFileWriter Add(string name, int[] dimensions, double[] values, int type) =>
        Add(name, dimensions, [.. values.SelectMany(value => Number(value, type))], kind: 6, type, compressed: false);

    /// <param name="name">The variable.</param>
    /// <param name="dimensions">Of the array.</param>
    /// <param name="values">As they stand in the file.</param>
    /// <param name="kind">The class of the array, and flags.</param>
    /// <param name="type">Of the stored numbers.</param>
    /// <param name="compressed">Whether it goes into a zlib stream.</param>
    public MatFileWriter Add(string name, int[] dimensions, byte[] values, int kind, int type, bool compressed)
    {
        byte[] matrix = Element(14,
        [
            .. Element(6, [.. Int32(kind), .. Int32(0)]),
            .. Element(5, [.. dimensions.SelectMany(Int32)]),
            .. Element(1, Encoding.ASCII.GetBytes(name)),
            .. Element(type, values),
        ]);
        return Add(matrix, compressed);
    }

    /// <summary>A compressed variable that announces more bytes than it has.</summary>
    public MatFileWriter AddAnnouncing(string name, int announced, byte[] values)
    {
        byte[] content =
        [
            .. Element(6, [.. Int32(9), .. Int32(0)]),
            .. Element(5, [.. Int32(announced), .. Int32(1)]),
            .. Element(1, Encoding.ASCII.GetBytes(name)),
            .. Int32(2), .. Int32(announced), .. values,
        ];
        return Add([.. Int32(14), .. Int32(announced + content.Length - values.Length), .. content], compressed: true);
    }

    private MatFileWriter Add(byte[] matrix, bool compressed)
    {
        if (compressed)
        {
            using var deflated = new MemoryStream();
            using (var stream = new ZLibStream(deflated, CompressionLevel.Optimal))
                stream.Write(matrix);
            byte[] content = deflated.ToArray();
            _bytes.AddRange([.. Int32(15), .. Int32(content.Length), .. content]);
        }
        else
        {
            _bytes.AddRange(matrix);
        }
        return this;
    }

    private byte[] Element(int type, byte[] content) => content.Length is > 0 and <= 4
        ? [.. Int32(content.Length << 16 | type), .. content, .. new byte[4 - content.Length]]
        : [.. Int32(type), .. Int32(content.Length), .. content, .. new byte[(8 - content.Length % 8) % 8]];

    private byte[] Int32(int value) => InOrder(BitConverter.GetBytes(value));

    private byte[] Number(double value, int type) => InOrder(type switch
    {
        1 => [(byte)(sbyte)value],
        2 => [(byte)value],
        3 => BitConverter.GetBytes((short)value),
        4 => BitConverter.GetBytes((ushort)value),
        5 => BitConverter.GetBytes((int)value),
        6 => BitConverter.GetBytes((uint)value),
        7 => BitConverter.GetBytes((float)value),
        9 => BitConverter.GetBytes(value),
        12 => BitConverter.GetBytes((long)value),
        13 => BitConverter.GetBytes((ulong)value),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    });

    private byte[] InOrder(byte[] bytes)
    {
        if (_bigEndian == BitConverter.IsLittleEndian)
            Array.Reverse(bytes);
        return bytes;
    }
}
