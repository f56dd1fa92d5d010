using System.Buffers.Binary;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Transforms;

/// <summary>An array in a model file.</summary>
/// <param name="Name">The name of the array.</param>
/// <param name="Shape">The sizes of its dimensions.</param>
/// <param name="Bytes">The values, little-endian: Single or Double, depending on the length.</param>
internal sealed record SavedArray(string Name, int[] Shape, ReadOnlyMemory<byte> Bytes)
{
    public static IReadOnlyList<SavedArray> Of(IEnumerable<Parameter> parameters) =>
    [
        .. parameters.Select(parameter => Of(parameter.Name,
            [.. Enumerable.Range(0, parameter.Value.Shape.Rank).Select(axis => parameter.Value.Shape[axis])], parameter.Value.ToArray())),
    ];

    public static SavedArray Of(string name, int[] shape, float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return new SavedArray(name, shape, bytes);
    }

    public static SavedArray Of(string name, int[] shape, double[] values)
    {
        var bytes = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), values[i]);
        return new SavedArray(name, shape, bytes);
    }

    public float[] Singles()
    {
        var values = new float[Bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(Bytes.Span[(i * sizeof(float))..]);
        return values;
    }

    public double[] Doubles()
    {
        var values = new double[Bytes.Length / sizeof(double)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(Bytes.Span[(i * sizeof(double))..]);
        return values;
    }
}
