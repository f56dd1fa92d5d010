using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The supported types of key values.</summary>
internal static class KeyValueTypes
{
    /// <summary>The annotation kind that holds the values of a key column.</summary>
    public const string AnnotationKind = "KeyValues";

    private static readonly PrimitiveDataViewType[] All =
    [
        TextDataViewType.Instance, BooleanDataViewType.Instance, NumberDataViewType.Single, NumberDataViewType.Double,
            NumberDataViewType.SByte,
        NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16, NumberDataViewType.Int32, NumberDataViewType.UInt32,
        NumberDataViewType.Int64, NumberDataViewType.UInt64,
    ];

    /// <summary>The column type for T.</summary>
    public static PrimitiveDataViewType Of<T>() => All.Single(type => type.RawType == typeof(T));

    /// <summary>The type with this name, or null.</summary>
    public static Type? Named(string name) => All.SingleOrDefault(type => type.RawType.Name == name)?.RawType;

    /// <summary>Runs an action with T = <paramref name="type"/>; returns default if the type is not supported.</summary>
    public static TResult? Dispatch<TResult>(Type? type, IKeyValueAction<TResult> action) => type switch
    {
        _ when type == typeof(ReadOnlyMemory<char>) => action.Run<ReadOnlyMemory<char>>(),
        _ when type == typeof(bool) => action.Run<bool>(),
        _ when type == typeof(float) => action.Run<float>(),
        _ when type == typeof(double) => action.Run<double>(),
        _ when type == typeof(sbyte) => action.Run<sbyte>(),
        _ when type == typeof(byte) => action.Run<byte>(),
        _ when type == typeof(short) => action.Run<short>(),
        _ when type == typeof(ushort) => action.Run<ushort>(),
        _ when type == typeof(int) => action.Run<int>(),
        _ when type == typeof(uint) => action.Run<uint>(),
        _ when type == typeof(long) => action.Run<long>(),
        _ when type == typeof(ulong) => action.Run<ulong>(),
        _ => default,
    };
}
