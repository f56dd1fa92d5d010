using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A column with the number of steps of a padded sequence.</summary>
internal static class LengthColumn
{
    public const string Types = "a number: Int32, Int64, UInt32 or Single";

    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string? data)
    {
        DataViewSchema.Column column = Schemas.Column(schema, name, "length", data);
        return column.Type is NumberDataViewType && Supports(column.Type.RawType)
            ? column
            : throw Schemas.WrongType(name, "length", column.Type.ToString()!, Types, data);
    }

    public static bool Supports(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(float);

    public static Func<long> Reader(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        Type type when type == typeof(int) => Reader<int>(row, column, value => value),
        Type type when type == typeof(long) => Reader<long>(row, column, value => value),
        Type type when type == typeof(uint) => Reader<uint>(row, column, value => value),
        _ => Reader<float>(row, column, value => (long)value),
    };

    private static Func<long> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, long> convert) where T : struct
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () => { T value = default; getter(ref value); return convert(value); };
    }
}
