using System.Buffers.Binary;
using Disentangle.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Loads images in the idx format of MNIST, Fashion-MNIST and EMNIST.</summary>
public static class IdxCatalog
{
    private const int Int32Elements = 0xC;

    /// <summary>
    /// Loads images and their labels. Columns: <c>Pixels</c>, a vector of Single of size rows times columns (times channels) with values
    /// from 0 to 1; <c>Label</c>, a Single.
    /// </summary>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="imagesPath">
    /// An idx3-ubyte file, or idx4-ubyte for colour images (N x rows x columns x channels), plain or gzip, whatever its name.
    /// </param>
    /// <param name="labelsPath">An idx1-ubyte file with one label per image, plain or gzip.</param>
    /// <param name="transpose">
    /// Whether to swap rows and columns. EMNIST stores its images transposed; true turns them upright like those of MNIST. Default false.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// A file is in another format, damaged or truncated, or the numbers of images and labels differ.
    /// </exception>
    public static IDataView LoadFromIdx(this DataOperationsCatalog catalog, string imagesPath, string labelsPath, bool transpose = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (byte[] pixels, int[] shape) = Read(imagesPath, "images (idx3-ubyte or idx4-ubyte)", 0x803, 0x804);
        (byte[] labels, _) = Read(labelsPath, "labels (idx1-ubyte)", 0x801);
        if (shape[0] != labels.Length)
            throw new InvalidDataException(
                $"'{imagesPath}' has {shape[0]} images and '{labelsPath}' has {labels.Length} labels; the numbers must be equal.");

        int[] image = shape[1..];
        int size = image.Aggregate(1, (product, length) => product * length);
        return new ByteImages(pixels, labels, size, transpose ? Transposed(image) : null).AsDataView(catalog);
    }

    /// <summary>For each value of a transposed image, its index in the image of rows x columns (x channels).</summary>
    private static int[] Transposed(int[] image)
    {
        (int rows, int columns, int channels) = (image[0], image[1], image.Length > 2 ? image[2] : 1);
        return [.. Enumerable.Range(0, rows * columns * channels)
            .Select(i => (i / channels % rows * columns + i / (channels * rows)) * channels + i % channels)];
    }

    /// <summary>Reads the elements of an idx file and its dimensions.</summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <param name="what">What the file must hold, for messages.</param>
    /// <param name="magics">The allowed magic numbers: the element type times 256, plus the number of dimensions.</param>
    internal static (byte[] Content, int[] Shape) Read(string path, string what, params int[] magics)
    {
        using Stream stream = DataFile.Open(path);
        int magic = Next();
        if (!magics.Contains(magic))
            throw NoIdx();
        var shape = new int[magic & 0xFF];
        long length = (magic >> 8) == Int32Elements ? sizeof(int) : 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = Next();
            if (shape[axis] < 1)
                throw new InvalidDataException(
                    $"'{path}' declares {shape[axis]} as length {axis + 1} of its {what}; lengths must be at least 1.");
            length *= shape[axis];
            if (length > Array.MaxLength)
                throw new InvalidDataException($"'{path}' declares {what} of more than {Array.MaxLength} bytes.");
        }
        (byte[] content, bool hasMore) = DataFile.Read(stream, length);
        if (hasMore || content.Length < length)
            throw new InvalidDataException($"'{path}' declares {length} bytes of {what} but has {(hasMore ? "more" : content.Length)}.");
        return (content, shape);

        int Next()
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
                ? BinaryPrimitives.ReadInt32BigEndian(bytes)
                : throw NoIdx();
        }

        InvalidDataException NoIdx() => new($"'{path}' is not an idx file of {what}.");
    }
}
