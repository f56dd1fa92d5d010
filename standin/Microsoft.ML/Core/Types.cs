using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The data view types of .NET types.</summary>
internal static class Types
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> _primitives = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16, NumberDataViewType.Int32,
        NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64, NumberDataViewType.Single, NumberDataViewType.Double,
        TextDataViewType.Instance, BooleanDataViewType.Instance, TimeSpanDataViewType.Instance, DateTimeDataViewType.Instance, RowIdDataViewType.Instance,
    }.ToDictionary(type => type.RawType);

    public static bool IsKnown(Type type) => type == typeof(string) || _primitives.ContainsKey(type);

    public static PrimitiveDataViewType Primitive(Type type)
        => _primitives.TryGetValue(type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type, out PrimitiveDataViewType primitive)
            ? primitive
            : throw new NotSupportedException($"The type {type} has no data view type.");

    public static PrimitiveDataViewType Primitive(DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.TimeSpan => TimeSpanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        _ => throw new NotSupportedException($"The data kind {kind} is not supported."),
    };

    /// <summary>The item type of a vector, or the type itself.</summary>
    public static PrimitiveDataViewType Item(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? (PrimitiveDataViewType)type;

    /// <summary>The same shape with another item type.</summary>
    public static DataViewType WithItem(this DataViewType type, PrimitiveDataViewType item)
        => type is VectorDataViewType vector ? new VectorDataViewType(item, vector.Dimensions) : item;
}
