using System.Buffers.Binary;
using System.IO.Compression;

namespace Disentangle.ML.Tensors.Training;

/// <summary>Digits as pen strokes (E. de Jong 2016): four numbers per step, sequences concatenated.</summary>
internal sealed record StrokeBatch(float[] Points, int[] Lengths)
{
    /// <summary>Reads the test set from the folder mnist-strokes in DISENTANGLE_DATA.</summary>
    public static StrokeBatch[] Read(int batches, int sequences)
    {
        string folder = Environment.GetEnvironmentVariable("DISENTANGLE_DATA")
            ?? throw new InvalidOperationException("Set DISENTANGLE_DATA to the folder that contains mnist-strokes.");
        ReadOnlySpan<byte> offsets = ReadIdx(Path.Combine(folder, "mnist-strokes", "t10k-offsets-idx1-int.gz"), axes: 1);
        ReadOnlySpan<byte> points = ReadIdx(Path.Combine(folder, "mnist-strokes", "t10k-points-idx2-sbyte.gz"), axes: 2);
        var result = new StrokeBatch[batches];
        for (int i = 0; i < batches; i++)
        {
            int first = Offset(offsets, i * sequences);
            var values = new float[4 * (Offset(offsets, (i + 1) * sequences) - first)];
            for (int j = 0; j < values.Length; j++)
                values[j] = (sbyte)points[4 * first + j];
            var lengths = new int[sequences];
            for (int j = 0; j < sequences; j++)
                lengths[j] = Offset(offsets, i * sequences + j + 1) - Offset(offsets, i * sequences + j);
            result[i] = new StrokeBatch(values, lengths);
        }
        return result;
    }

    private static int Offset(ReadOnlySpan<byte> offsets, int index) => BinaryPrimitives.ReadInt32BigEndian(offsets[(4 * index)..]);

    /// <summary>The elements of an idx file, without its magic number and lengths.</summary>
    private static byte[] ReadIdx(string path, int axes)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        gzip.CopyTo(memory);
        return memory.ToArray()[(4 + 4 * axes)..];
    }
}
