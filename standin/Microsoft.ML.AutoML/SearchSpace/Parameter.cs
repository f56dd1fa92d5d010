using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

public enum ParameterType
{
    Integer = 0,
    Number = 1,
    Bool = 2,
    String = 3,
    Object = 4,
    Array = 5,
}

/// <summary>A value of JSON: what a tuner chose.</summary>
[JsonConverter(typeof(ParameterConverter))]
public sealed class Parameter : IDictionary<string, Parameter>, IEquatable<Parameter>, IEqualityComparer<Parameter>
{
    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private Parameter(object value, ParameterType type) => (Value, ParameterType) = (value, type);

    public ParameterType ParameterType { get; }

    internal object Value { get; }

    private Dictionary<string, Parameter> Members => Value as Dictionary<string, Parameter>
        ?? throw new InvalidOperationException($"The parameter is no object; it is {ParameterType}.");

    private ICollection<KeyValuePair<string, Parameter>> Pairs => Members;

    public static Parameter FromDouble(double value) => new(value, ParameterType.Number);

    public static Parameter FromFloat(float value) => new(value, ParameterType.Number);

    public static Parameter FromLong(long value) => new(value, ParameterType.Integer);

    public static Parameter FromInt(int value) => new(value, ParameterType.Integer);

    public static Parameter FromString(string value) => new(value, ParameterType.String);

    public static Parameter FromBool(bool value) => new(value, ParameterType.Bool);

    public static Parameter FromEnum<T>(T value) where T : struct, Enum => FromString(value.ToString());

    public static Parameter FromIEnumerable<T>(IEnumerable<T> values) => new(values, ParameterType.Array);

    public static Parameter FromObject<T>(T value) where T : class => FromObject(value, typeof(T));

    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters) =>
        new(new Dictionary<string, Parameter>(parameters), ParameterType.Object);

    /// <summary>The value as that type, by way of JSON unless it is of that type.</summary>
    public T AsType<T>() => Value is T value ? value : JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(Value, Json), Json);

    private static Parameter FromObject(object value, Type type)
    {
        switch (value)
        {
            case int number: return FromInt(number);
            case long number: return FromLong(number);
            case double number: return FromDouble(number);
            case float number: return FromFloat(number);
            case string text: return FromString(text);
            case bool truth: return FromBool(truth);
            case Enum constant: return FromString(constant.ToString());
            case IEnumerable values: return new(values, ParameterType.Array);
        }
        Parameter parameter = CreateNestedParameter();
        foreach (System.Reflection.PropertyInfo property in type.GetProperties().Where(property => property.CanRead && property.CanWrite))
        {
            if (property.GetValue(value) is { } member && FromObject(member, property.PropertyType) is { Count: > 0 } nested)
                parameter[property.Name] = nested;
        }
        return parameter;
    }

    public int Count => ParameterType == ParameterType.Object ? Members.Count : 1;

    public bool IsReadOnly => Pairs.IsReadOnly;

    public ICollection<string> Keys => Members.Keys;

    ICollection<Parameter> IDictionary<string, Parameter>.Values => Members.Values;

    public Parameter this[string key]
    {
        get => Members[key];
        set => Members[key] = value;
    }

    public void Add(string key, Parameter value) => Members.Add(key, value);

    public void Add(KeyValuePair<string, Parameter> item) => Pairs.Add(item);

    public void Clear() => Members.Clear();

    public bool Contains(KeyValuePair<string, Parameter> item) => Pairs.Contains(item);

    public bool ContainsKey(string key) => Members.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) => Pairs.CopyTo(array, arrayIndex);

    public bool Remove(string key) => Members.Remove(key);

    public bool Remove(KeyValuePair<string, Parameter> item) => Pairs.Remove(item);

    public bool TryGetValue(string key, out Parameter value) => Members.TryGetValue(key, out value);

    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() => Members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Members.GetEnumerator();

    // ML.NET overrides no Equals(object) either.
    public bool Equals(Parameter other) => other is not null && ToString() == other.ToString();

    public bool Equals(Parameter x, Parameter y) => x.Equals(y);

#pragma warning disable CS0659
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
#pragma warning restore CS0659

    public int GetHashCode(Parameter obj) => obj.GetHashCode();

    public override string ToString() => JsonSerializer.Serialize(this);
}

internal sealed class ParameterConverter : JsonConverter<Parameter>
{
    public override Parameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Parameter.CreateNestedParameter([.. JsonSerializer.Deserialize<Dictionary<string, Parameter>>(ref reader, options)]),
        JsonTokenType.String => Parameter.FromString(reader.GetString()),
        JsonTokenType.Number => reader.TryGetInt64(out long integer) ? Parameter.FromLong(integer) : Parameter.FromDouble(reader.GetDouble()),
        JsonTokenType.True => Parameter.FromBool(true),
        JsonTokenType.False => Parameter.FromBool(false),
        JsonTokenType.StartArray => Parameter.FromIEnumerable(JsonSerializer.Deserialize<List<Parameter>>(ref reader, options)),
        _ => throw new JsonException($"There is no parameter for {reader.TokenType}."),
    };

    public override void Write(Utf8JsonWriter writer, Parameter value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Value, options);
}
