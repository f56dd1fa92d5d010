using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The distinct values of a column in the order of their keys, which count from 1. Missing and unknown values have key 0.</summary>
internal abstract class KeyMap
{
    public static KeyMap Train(IDataView data, DataViewSchema.Column column, int maximum, ValueToKeyMappingEstimator.KeyOrdinality ordinality, bool asText)
        => Generic.Call<KeyMap>(TrainCore<int>, column.Type.Item().RawType, data, column, maximum, ordinality, asText);

    public static KeyMap Load(BinaryReader reader)
    {
        var type = (PrimitiveDataViewType)reader.ReadType();
        return Generic.Call<KeyMap>(LoadCore<int>, type.RawType, reader, type);
    }

    public abstract OneToOneTransformerBase.BoundColumn Bind(DataViewSchema.Column input);

    public abstract void Save(BinaryWriter writer);

    private static KeyMap LoadCore<T>(BinaryReader reader, PrimitiveDataViewType type)
    {
        bool asText = reader.ReadBoolean();
        return new KeyMap<T>(type, reader.ReadValues<T>(), asText);
    }

    private static KeyMap TrainCore<T>(IDataView data, DataViewSchema.Column column, int maximum, ValueToKeyMappingEstimator.KeyOrdinality ordinality,
        bool asText)
    {
        var seen = new HashSet<T>(ValueComparer<T>.Equality);
        var values = new List<T>();
        foreach (T value in Values<T>(data, column))
        {
            if (values.Count < maximum && !ValueComparer<T>.IsMissing(value) && seen.Add(value))
            {
                // The column may use the memory of a text again.
                values.Add(value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value);
            }
        }
        if (ordinality == ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            values.Sort(ValueComparer<T>.Order);
        return new KeyMap<T>(column.Type.Item(), [.. values], asText);
    }

    private static IEnumerable<T> Values<T>(IDataView data, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            while (cursor.MoveNext())
            {
                getter(ref vector);
                foreach (T value in vector.DenseValues())
                    yield return value;
            }
        }
        else
        {
            ValueGetter<T> getter = cursor.GetGetter<T>(column);
            T value = default;
            while (cursor.MoveNext())
            {
                getter(ref value);
                yield return value;
            }
        }
    }
}

internal sealed class KeyMap<T> : KeyMap
{
    private readonly PrimitiveDataViewType _type;
    private readonly T[] _values;
    private readonly bool _asText;
    private readonly Dictionary<T, uint> _keys = new(ValueComparer<T>.Equality);

    public KeyMap(PrimitiveDataViewType type, T[] values, bool asText)
    {
        _type = type;
        _values = values;
        _asText = asText && type is not TextDataViewType;
        foreach (T value in values)
            _keys.Add(value, (uint)_keys.Count + 1);
    }

    public override OneToOneTransformerBase.BoundColumn Bind(DataViewSchema.Column input)
    {
        if (input.Type.Item().RawType != typeof(T))
            throw Checks.SchemaMismatch("inputSchema", "input", input.Name, _type.ToString(), input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, name => name == AnnotationKinds.SlotNames);
        if (_values.Length > 0)
        {
            var valuesType = new VectorDataViewType(_asText ? TextDataViewType.Instance : _type, _values.Length);
            annotations.Add(AnnotationKinds.KeyValues, valuesType, _asText ? TextValues() : Values());
        }
        DataViewType type = input.Type.WithItem(new KeyDataViewType(typeof(uint), (ulong)Math.Max(1, _values.Length)));
        return new(type, annotations.ToAnnotations(), row => ItemMapping.Getter<T, uint>(row, input, Key));
    }

    public override void Save(BinaryWriter writer)
    {
        writer.Write(_type);
        writer.Write(_asText);
        writer.WriteValues<T>(_values);
    }

    private uint Key(T value) => _keys.GetValueOrDefault(value);

    private Delegate Values() => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> values) => VBuffer<T>.Copy(_values, 0, ref values, _values.Length));

    private Delegate TextValues()
    {
        ReadOnlyMemory<char>[] texts = Array.ConvertAll(_values, new Converter<T, ReadOnlyMemory<char>>(ValueConverter<T, ReadOnlyMemory<char>>.Convert));
        return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> values)
            => VBuffer<ReadOnlyMemory<char>>.Copy(texts, 0, ref values, texts.Length));
    }
}
