using System.Text.Json;
using System.Text.Json.Nodes;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Transforms;

/// <summary>What a model file stores for a transformer.</summary>
/// <param name="Kind">The kind of transformer.</param>
/// <param name="Header">Its settings.</param>
/// <param name="Arrays">Its arrays.</param>
internal sealed record SavedModel(string Kind, JsonObject Header, IReadOnlyList<SavedArray> Arrays)
{
    /// <summary>Reads a setting from the header.</summary>
    /// <exception cref="InvalidDataException">The setting is missing or of another type.</exception>
    public T Setting<T>(string name) => Header.ContainsKey(name) && Optional<T>(name) is { } value
        ? value is not Enum || Enum.IsDefined(typeof(T), value) ? value
            : throw new InvalidDataException($"The model is damaged: its {name} is {value}.")
        : throw new InvalidDataException($"The model is damaged: it has no {name}.");

    /// <summary>Reads a setting from the header; null if it is missing.</summary>
    /// <exception cref="InvalidDataException">The setting is of another type.</exception>
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

    /// <summary>Reads the training history.</summary>
    /// <exception cref="InvalidDataException">The history is missing or has epochs without losses.</exception>
    public IReadOnlyList<TrainingProgress> History()
    {
        var history = Setting<List<TrainingProgress>>("history");
        return history.All(epoch => epoch is { Terms: not null }) ? history
            : throw new InvalidDataException("The model is damaged: its history is incomplete.");
    }

    /// <summary>Reads an array of Single by name and length.</summary>
    /// <exception cref="InvalidDataException">The array is missing or of another length.</exception>
    public float[] Singles(string name, long length)
    {
        SavedArray? array = Arrays.FirstOrDefault(array => array.Name == name);
        return array?.Bytes.Length == length * sizeof(float)
            ? array.Singles()
            : throw new InvalidDataException($"The model is damaged: its {name} is missing or does not match the length in its settings.");
    }

    /// <summary>Reads an array of Double by index, name and length.</summary>
    /// <exception cref="InvalidDataException">The array is missing, or has another name or length.</exception>
    public double[] Doubles(int index, string name, long length)
    {
        if (index >= Arrays.Count || Arrays[index].Name != name || Arrays[index].Bytes.Length != length * sizeof(double))
            throw new InvalidDataException($"The model is damaged: its {name} are missing or do not match the number in its settings.");
        return Arrays[index].Doubles();
    }

    /// <summary>Sets parameters to their saved values.</summary>
    /// <exception cref="InvalidDataException">The saved arrays do not match the parameters.</exception>
    public void SetParameters(Engine engine, IReadOnlyList<Parameter> parameters)
    {
        if (Arrays.Count != parameters.Count)
            throw new InvalidDataException($"The model has {Arrays.Count} weight arrays, but its network has {parameters.Count}.");
        foreach ((SavedArray array, Parameter parameter) in Arrays.Zip(parameters))
        {
            Shape shape = parameter.Value.Shape;
            if (array.Name != parameter.Name || !array.Shape.SequenceEqual(Enumerable.Range(0, shape.Rank).Select(axis => shape[axis])))
            {
                throw new InvalidDataException(
                    $"The model has '{array.Name}' of shape [{string.Join(" x ", array.Shape)}], "
                    + $"but its network has '{parameter.Name}' of shape {shape}.");
            }
            if (array.Bytes.Length != (long)shape.Length * sizeof(float))
                throw new InvalidDataException($"The model is damaged: '{array.Name}' of shape {shape} has {array.Bytes.Length} bytes.");
            engine.SetValues(parameter, array.Singles());
        }
    }
}
