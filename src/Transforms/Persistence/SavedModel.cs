using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Transforms;

/// <summary>What a model file keeps of a transformer.</summary>
/// <param name="Kind">Which transformer it is.</param>
/// <param name="Header">Its settings.</param>
/// <param name="Arrays">Its numbers.</param>
internal sealed record SavedModel(string Kind, JsonObject Header, IReadOnlyList<SavedArray> Arrays)
{
    /// <summary>The array of a name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public SavedArray Array(string name) =>
        Arrays.FirstOrDefault(array => array.Name == name) ?? throw new InvalidDataException($"The model lacks the array '{name}'.");

    /// <summary>Gives parameters their saved values.</summary>
    /// <exception cref="InvalidDataException">The saved arrays are not those of the parameters.</exception>
    public void SetParameters(Engine engine, IReadOnlyList<Parameter> parameters)
    {
        if (Arrays.Count != parameters.Count)
            throw new InvalidDataException($"The model holds {Arrays.Count} weight arrays; its network has {parameters.Count}.");
        foreach ((SavedArray array, Parameter parameter) in Arrays.Zip(parameters))
        {
            Shape shape = parameter.Value.Shape;
            if (array.Name != parameter.Name || !array.Shape.SequenceEqual(Enumerable.Range(0, shape.Rank).Select(axis => shape[axis])))
            {
                throw new InvalidDataException(
                    $"The model holds '{array.Name}' of shape [{string.Join(" x ", array.Shape)}] where its network has '{parameter.Name}' of shape {shape}.");
            }
            engine.SetValues(parameter, array.Singles());
        }
    }
}

/// <summary>An array in a model file.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Bytes">The numbers, little-endian: Single or Double, by their length.</param>
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
