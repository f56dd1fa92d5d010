using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Orleans;

/// <summary>
/// The SHA-256 of rows: of the names and types of their columns, and of their values in order. The files that ML.NET writes of the same
/// rows differ from each other.
/// </summary>
internal static class RowHash
{
    /// <exception cref="ArgumentException">A column has a type that cannot be sent to a cluster.</exception>
    public static string Of(IDataView rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        DataViewSchema.Column[] columns =
            [.. rows.Schema.Where(column => !column.IsHidden).OrderBy(column => column.Name, StringComparer.Ordinal)];
        foreach (DataViewSchema.Column column in columns)
            hash.AppendData(Encoding.UTF8.GetBytes($"{column.Name}:{column.Type}\n"));
        using DataViewRowCursor cursor = rows.GetRowCursor(columns);
        Action[] appends = [.. columns.Select(column => Append(hash, cursor, column))];
        while (cursor.MoveNext())
        {
            foreach (Action append in appends)
                append();
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Action Append(IncrementalHash hash, DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single)
            return Vectors(hash, row, column);
        if (column.Type is TextDataViewType)
            return Texts(hash, row, column);
        return Type.GetTypeCode(column.Type.RawType) switch
        {
            TypeCode.Boolean => Scalars<bool>(hash, row, column),
            TypeCode.SByte => Scalars<sbyte>(hash, row, column),
            TypeCode.Byte => Scalars<byte>(hash, row, column),
            TypeCode.Int16 => Scalars<short>(hash, row, column),
            TypeCode.UInt16 => Scalars<ushort>(hash, row, column),
            TypeCode.Int32 => Scalars<int>(hash, row, column),
            TypeCode.UInt32 => Scalars<uint>(hash, row, column),
            TypeCode.Int64 => Scalars<long>(hash, row, column),
            TypeCode.UInt64 => Scalars<ulong>(hash, row, column),
            TypeCode.Single => Scalars<float>(hash, row, column),
            TypeCode.Double => Scalars<double>(hash, row, column),
            _ => throw new ArgumentException($"Column '{column.Name}' is a {column.Type}, which cannot be sent to a cluster."),
        };
    }

    private static Action Scalars<T>(IncrementalHash hash, DataViewRow row, DataViewSchema.Column column) where T : unmanaged
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        };
    }

    private static Action Texts(IncrementalHash hash, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            hash.AppendData(BitConverter.GetBytes(value.Length));
            hash.AppendData(MemoryMarshal.AsBytes(value.Span));
        };
    }

    private static Action Vectors(IncrementalHash hash, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default, dense = default;
        return () =>
        {
            getter(ref value);
            value.CopyToDense(ref dense);
            hash.AppendData(BitConverter.GetBytes(dense.Length));
            hash.AppendData(MemoryMarshal.AsBytes(dense.GetValues()));
        };
    }
}
