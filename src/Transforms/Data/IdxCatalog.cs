using System.Buffers.Binary;
using System.IO.Compression;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Loads images in the idx format of MNIST, Fashion-MNIST and EMNIST.</summary>
public static class IdxCatalog
{
    private const int Int32Elements = 0xC;

    /// <summary>
    /// Loads images and their labels. Columns: <c>Pixels</c>, a vector of Single of size rows times columns (times channels) with values from 0 to 1;
    /// <c>Label</c>, a Single.
    /// </summary>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="imagesPath">An idx3-ubyte file, or idx4-ubyte for colours (N x rows x columns x channels), gzipped if its name ends in <c>.gz</c>.</param>
    /// <param name="labelsPath">An idx1-ubyte file with as many labels, likewise.</param>
    /// <exception cref="InvalidDataException">A file is not of that format or truncated, or their counts differ.</exception>
    public static IDataView LoadFromIdx(this DataOperationsCatalog catalog, string imagesPath, string labelsPath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (byte[] pixels, int[] shape) = Read(imagesPath, "images (idx3-ubyte or idx4-ubyte)", 0x803, 0x804);
        (byte[] labels, _) = Read(labelsPath, "labels (idx1-ubyte)", 0x801);
        if (shape[0] != labels.Length)
            throw new InvalidDataException($"'{imagesPath}' has {shape[0]} images and '{labelsPath}' has {labels.Length} labels; they must be as many.");

        int[] order = [.. Enumerable.Range(0, shape[1..].Aggregate(1, (product, length) => product * length))];
        return new ByteImages(pixels, labels, order).AsDataView(catalog);
    }

    /// <summary>The elements of an idx file, big-endian, and its lengths.</summary>
    /// <param name="path">The file, gzipped if its name ends in <c>.gz</c>.</param>
    /// <param name="what">For messages: what it must hold.</param>
    /// <param name="magics">The numbers it may begin with: the type of its elements times 256, and the number of dimensions.</param>
    internal static (byte[] Content, int[] Shape) Read(string path, string what, params int[] magics)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);

        int magic = bytes.Length < 4 ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes);
        int axes = magic & 0xFF;
        int headerLength = 4 * (1 + axes);
        if (!magics.Contains(magic) || bytes.Length < headerLength)
            throw new InvalidDataException($"'{path}' is not an idx file of {what}.");
        var shape = new int[axes];
        long length = (magic >> 8) == Int32Elements ? sizeof(int) : 1;
        for (int axis = 0; axis < axes; axis++)
        {
            shape[axis] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 * (1 + axis))..]);
            length = checked(length * shape[axis]);
        }
        if (bytes.Length - headerLength != length)
            throw new InvalidDataException($"'{path}' announces {length} bytes of {what} and has {bytes.Length - headerLength}.");
        return (bytes[headerLength..].ToArray(), shape);
    }
}
