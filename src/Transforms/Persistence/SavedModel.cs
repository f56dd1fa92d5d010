using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>What a model file keeps of a transformer.</summary>
/// <param name="Kind">Which transformer it is.</param>
/// <param name="Header">Its settings.</param>
/// <param name="Arrays">Its numbers.</param>
internal sealed record SavedModel(string Kind, JsonObject Header, IReadOnlyList<SavedArray> Arrays)
{
    /// <summary>A setting of the header.</summary>
    /// <exception cref="InvalidDataException">It is missing or of another type.</exception>
    public T Setting<T>(string name) => Header.ContainsKey(name) && Optional<T>(name) is { } value
        ? value is not Enum || Enum.IsDefined(typeof(T), value) ? value
            : throw new InvalidDataException($"The model is damaged: its {name} is {value}.")
        : throw new InvalidDataException($"The model is damaged: it has no {name}.");

    /// <summary>A setting of the header that may be missing; null then.</summary>
    /// <exception cref="InvalidDataException">It is of another type.</exception>
    public T? Optional<T>(string name)
    {
        try
        {
            return Header[name] is { } node ? ModelJson.Read<T>(node) : default;
        }
        catch (Exception e) when (
            e is JsonException or InvalidOperationException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new InvalidDataException($"The model is damaged: its {name} cannot be read. {e.Message}", e);
        }
    }

    /// <summary>The history of a training.</summary>
    /// <exception cref="InvalidDataException">It is missing or has epochs without losses.</exception>
    public IReadOnlyList<TrainingProgress> History()
    {
        var history = Setting<List<TrainingProgress>>("history");
        return history.All(epoch => epoch is { Terms: not null }) ? history
            : throw new InvalidDataException("The model is damaged: its history has gaps.");
    }

    /// <summary>The array of a name, with so many numbers of Single.</summary>
    /// <exception cref="InvalidDataException">There is none, or one of another size.</exception>
    public float[] Singles(string name, long length)
    {
        SavedArray? array = Arrays.FirstOrDefault(array => array.Name == name);
        return array?.Bytes.Length == length * sizeof(float)
            ? array.Singles()
            : throw new InvalidDataException($"The model is damaged: its {name} is missing or of another length than its settings say.");
    }

    /// <summary>The array of a name at a place, with so many numbers of Double.</summary>
    /// <exception cref="InvalidDataException">There is another one, or none.</exception>
    public double[] Doubles(int index, string name, long length)
    {
        if (index >= Arrays.Count || Arrays[index].Name != name || Arrays[index].Bytes.Length != length * sizeof(double))
            throw new InvalidDataException($"The model is damaged: its {name} are missing or of another number than its settings say.");
        return Arrays[index].Doubles();
    }

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
            if (array.Bytes.Length != (long)shape.Length * sizeof(float))
                throw new InvalidDataException($"The model is damaged: '{array.Name}' of shape {shape} has {array.Bytes.Length} bytes.");
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
