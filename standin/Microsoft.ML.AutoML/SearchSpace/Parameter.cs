using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

/// <summary>A JSON value chosen by a tuner.</summary>
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
        ?? throw new InvalidOperationException($"The parameter is not an object; it is {ParameterType}.");

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

    /// <summary>Converts the value to a type, through JSON if necessary.</summary>
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

    // Like ML.NET, this does not override Equals(object).
    public bool Equals(Parameter other) => other is not null && ToString() == other.ToString();

    public bool Equals(Parameter x, Parameter y) => x.Equals(y);

#pragma warning disable CS0659
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
#pragma warning restore CS0659

    public int GetHashCode(Parameter obj) => obj.GetHashCode();

    public override string ToString() => JsonSerializer.Serialize(this);
}
