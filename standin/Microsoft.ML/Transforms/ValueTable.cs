using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>A table of values by key. A key that is not in it has the missing value of the type.</summary>
internal abstract class ValueTable(PrimitiveDataViewType keyType, DataViewType valueType, DataViewSchema.Annotations annotations)
{
    public PrimitiveDataViewType KeyType => keyType;

    public DataViewType ValueType => valueType;

    public DataViewSchema.Annotations Annotations => annotations;

    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column input);

    public abstract void Save(BinaryWriter writer);

    public static ValueTable Create<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs, bool valuesAsKeys)
    {
        KeyValuePair<TKey, TValue>[] items = pairs.ToArray();
        Array keys = Raw(Array.ConvertAll(items, item => item.Key));
        TValue[] values = Array.ConvertAll(items, item => item.Value);
        return valuesAsKeys ? CreateKeys(keys, values) : Create(keys, Raw(values), Types.Primitive(typeof(TValue)), DataViewSchema.Annotations.Empty);
    }

    public static ValueTable Create<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue[]>> pairs)
    {
        KeyValuePair<TKey, TValue[]>[] items = pairs.ToArray();
        int[] sizes = items.Select(item => item.Value.Length).Distinct().ToArray();
        var type = new VectorDataViewType(Types.Primitive(typeof(TValue)), sizes is [int size] ? size : 0);
        Array values = Generic.Call<Array>(Vectors<int>, type.ItemType.RawType, (object)Array.ConvertAll(items, item => Raw(item.Value)));
        return Create(Raw(Array.ConvertAll(items, item => item.Key)), values, type, DataViewSchema.Annotations.Empty);
    }

    public static ValueTable Load(BinaryReader reader)
    {
        DataViewType keyType = reader.ReadType(), valueType = reader.ReadType();
        DataViewSchema.Annotations annotations = reader.ReadAnnotations();
        return Generic.Call2<ValueTable>(LoadCore<int, int>, keyType.RawType, valueType.RawType, reader, keyType, valueType, annotations);
    }

    // As in ML.NET: values of an unsigned type are the keys, others get keys in the order in which they occur first.
    private static ValueTable CreateKeys<TValue>(Array keys, TValue[] values)
    {
        TValue[] distinct = values.Distinct().ToArray();
        bool isKey = typeof(TValue) == typeof(uint) || typeof(TValue) == typeof(ulong);
        Array raw = isKey ? values : Array.ConvertAll(values, value => (uint)Array.IndexOf(distinct, value) + 1);
        ReadOnlyMemory<char>[] names = Array.ConvertAll(distinct, value => value.ToString().AsMemory());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(AnnotationKinds.KeyValues, new VectorDataViewType(TextDataViewType.Instance, distinct.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
        var type = new KeyDataViewType(raw.GetType().GetElementType(), (ulong)distinct.Length);
        return Create(keys, raw, type, annotations.ToAnnotations());
    }

    private static ValueTable Create(Array keys, Array values, DataViewType valueType, DataViewSchema.Annotations annotations)
    {
        PrimitiveDataViewType keyType = Types.Primitive(keys.GetType().GetElementType());
        return Generic.Call2<ValueTable>(CreateCore<int, int>, keyType.RawType, valueType.RawType, keyType, valueType, annotations, keys, values);
    }

    private static Array Raw<T>(T[] values)
        => values is string[] texts ? Array.ConvertAll(texts, text => text.AsMemory()) : values;

    private static Array Vectors<T>(Array[] values) => Array.ConvertAll(values, value => new VBuffer<T>(value.Length, (T[])value));

    private static ValueTable CreateCore<TKey, TValue>(PrimitiveDataViewType keyType, DataViewType valueType, DataViewSchema.Annotations annotations,
        TKey[] keys, TValue[] values)
        => new ValueTable<TKey, TValue>(keyType, valueType, annotations, keys, values);

    private static ValueTable LoadCore<TKey, TValue>(BinaryReader reader, PrimitiveDataViewType keyType, DataViewType valueType,
        DataViewSchema.Annotations annotations)
        => new ValueTable<TKey, TValue>(keyType, valueType, annotations, reader.ReadValues<TKey>(), reader.ReadValues<TValue>());
}

internal sealed class ValueTable<TKey, TValue> : ValueTable
{
    private readonly Dictionary<TKey, TValue> _values = new(ValueComparer<TKey>.Equality);

    public ValueTable(PrimitiveDataViewType keyType, DataViewType valueType, DataViewSchema.Annotations annotations, TKey[] keys, TValue[] values)
        : base(keyType, valueType, annotations)
    {
        for (int i = 0; i < keys.Length; i++)
            Checks.State(_values.TryAdd(keys[i], values[i]), $"Duplicate keys in data '{keys[i]}'");
    }

    // A text that is empty reads as the default of numbers, so that is what an unknown key gets.
    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column input)
    {
        if (ValueType is VectorDataViewType)
        {
            ValueGetter<TKey> getter = row.GetGetter<TKey>(input);
            TKey key = default;
            return (ValueGetter<TValue>)((ref TValue value) =>
            {
                getter(ref key);
                ValueCopier<TValue>.Copy(Value(key), ref value);
            });
        }
        return ItemMapping.Getter<TKey, TValue>(row, input, Value);
    }

    public override void Save(BinaryWriter writer)
    {
        writer.Write(KeyType);
        writer.Write(ValueType);
        writer.Write(Annotations);
        writer.WriteValues<TKey>(_values.Keys.ToArray());
        writer.WriteValues<TValue>(_values.Values.ToArray());
    }

    private TValue Value(TKey key) => _values.GetValueOrDefault(key);
}
