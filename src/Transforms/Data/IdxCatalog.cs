using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Loads images in the idx format of MNIST, Fashion-MNIST and EMNIST.</summary>
public static class IdxCatalog
{
    private const int ImagesMagic = 0x803;
    private const int LabelsMagic = 0x801;

    /// <summary>
    /// Loads images and their labels. Columns: <c>Pixels</c>, a vector of Single of size rows times columns with values from 0 to 1; <c>Label</c>, a Single.
    /// </summary>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="imagesPath">An idx3-ubyte file, gzipped if its name ends in <c>.gz</c>.</param>
    /// <param name="labelsPath">An idx1-ubyte file with as many labels, likewise.</param>
    /// <exception cref="InvalidDataException">A file is not of that format or truncated, or their counts differ.</exception>
    public static IDataView LoadFromIdx(this DataOperationsCatalog catalog, string imagesPath, string labelsPath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (byte[] pixels, int[] shape) = Read(imagesPath, ImagesMagic, "images (idx3-ubyte)");
        (byte[] labels, _) = Read(labelsPath, LabelsMagic, "labels (idx1-ubyte)");
        if (shape[0] != labels.Length)
            throw new InvalidDataException($"'{imagesPath}' has {shape[0]} images and '{labelsPath}' has {labels.Length} labels; they must be as many.");

        int size = shape[1] * shape[2];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Image));
        schema[nameof(Image.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, size);
        return catalog.LoadFromEnumerable(new Images(pixels, labels, size), schema);
    }

    private static (byte[] Content, int[] Shape) Read(string path, int magic, string what)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);

        int axes = magic & 0xFF;
        int headerLength = 4 * (1 + axes);
        if (bytes.Length < headerLength || BinaryPrimitives.ReadInt32BigEndian(bytes) != magic)
            throw new InvalidDataException($"'{path}' is not an idx file of {what}.");
        var shape = new int[axes];
        long length = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            shape[axis] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 * (1 + axis))..]);
            length = checked(length * shape[axis]);
        }
        if (bytes.Length - headerLength != length)
            throw new InvalidDataException($"'{path}' announces {length} bytes of {what} and has {bytes.Length - headerLength}.");
        return (bytes[headerLength..].ToArray(), shape);
    }

    private sealed class Image
    {
        public float[] Pixels { get; set; } = [];
        public float Label { get; set; }
    }

    /// <summary>The images one by one, so that only the bytes stay in memory.</summary>
    private sealed class Images(byte[] pixels, byte[] labels, int size) : IReadOnlyCollection<Image>
    {
        public int Count => labels.Length;

        public IEnumerator<Image> GetEnumerator()
        {
            for (int i = 0; i < labels.Length; i++)
            {
                var image = new Image { Pixels = new float[size], Label = labels[i] };
                for (int j = 0; j < size; j++)
                    image.Pixels[j] = pixels[i * size + j] / 255f;
                yield return image;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
