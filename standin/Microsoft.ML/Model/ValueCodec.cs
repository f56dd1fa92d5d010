using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Reads and writes types, schemas and values in a model file.</summary>
internal static class ValueCodec
{
    private static readonly DataKind[] _kinds = Enum.GetValues<DataKind>().Where(kind => kind != DataKind.DateTimeOffset).ToArray();

    public static void Write(this BinaryWriter writer, DataViewType type)
    {
        var vector = type as VectorDataViewType;
        PrimitiveDataViewType item = type.Item();
        writer.Write(vector?.Dimensions.Length ?? 0);
        foreach (int dimension in vector?.Dimensions ?? [])
            writer.Write(dimension);
        writer.Write((item as KeyDataViewType)?.Count ?? 0);
        writer.Write((byte)_kinds.First(kind => Types.Primitive(kind).RawType == item.RawType));
    }

    public static DataViewType ReadType(this BinaryReader reader)
    {
        int[] dimensions = ReadArray(reader, r => r.ReadInt32());
        ulong keys = reader.ReadUInt64();
        PrimitiveDataViewType item = Types.Primitive((DataKind)reader.ReadByte());
        item = keys > 0 ? new KeyDataViewType(item.RawType, keys) : item;
        return dimensions.Length > 0 ? new VectorDataViewType(item, dimensions) : item;
    }

    public static void Write(this BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (DataViewSchema.Column column in schema)
        {
            writer.Write(column.Name);
            writer.Write(column.Type);
            Write(writer, column.Annotations);
        }
    }

    public static DataViewSchema ReadSchema(this BinaryReader reader)
        => Columns.ToSchema(ReadArray(reader, r => new DataViewSchema.DetachedColumn(r.ReadString(), r.ReadType(), ReadAnnotations(r))));

    public static void Write(this BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        writer.Write(annotations.Schema.Count);
        foreach (DataViewSchema.Column column in annotations.Schema)
        {
            writer.Write(column.Name);
            writer.Write(column.Type);
            Generic.Call<object>(WriteAnnotation<int>, column.Type.RawType, writer, annotations, column);
        }
    }

    public static DataViewSchema.Annotations ReadAnnotations(this BinaryReader reader)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        int count = reader.ReadInt32();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            DataViewType type = reader.ReadType();
            builder.Add(name, type, Generic.Call<Delegate>(ReadAnnotation<int>, type.RawType, reader));
        }
        return builder.ToAnnotations();
    }

    public static void WriteStrings(this BinaryWriter writer, IReadOnlyCollection<string> texts)
    {
        writer.Write(texts.Count);
        foreach (string text in texts)
            writer.Write(text);
    }

    public static string[] ReadStrings(this BinaryReader reader) => ReadArray(reader, r => r.ReadString());

    public static void WriteValues<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
    {
        writer.Write(values.Length);
        foreach (T value in values)
            Codec<T>.Write(writer, value);
    }

    public static T[] ReadValues<T>(this BinaryReader reader) => ReadArray(reader, Codec<T>.Read);

    private static T[] ReadArray<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        int count = reader.ReadInt32();
        Checks.Decode(count >= 0 && count <= reader.BaseStream.Length, "Corrupt model file: a length is out of range.");
        var values = new T[count];
        for (int i = 0; i < count; i++)
            values[i] = read(reader);
        return values;
    }

    private static object WriteAnnotation<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column)
    {
        T value = default;
        annotations.GetGetter<T>(column)(ref value);
        Codec<T>.Write(writer, value);
        return null;
    }

    private static Delegate ReadAnnotation<T>(BinaryReader reader)
    {
        T stored = Codec<T>.Read(reader);
        return (ValueGetter<T>)((ref T value) => ValueCopier<T>.Copy(in stored, ref value));
    }

    private static class Codec<T>
    {
        public static Action<BinaryWriter, T> Write { get; }

        public static Func<BinaryReader, T> Read { get; }

        static Codec()
        {
            (Delegate write, Delegate read) = typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
                ? Generic.Call<(Delegate, Delegate)>(Vector<int>, typeof(T).GetGenericArguments()[0])
                : Scalar(typeof(T));
            Write = (Action<BinaryWriter, T>)write;
            Read = (Func<BinaryReader, T>)read;
        }
    }

    private static (Delegate, Delegate) Vector<T>()
    {
        return ((Action<BinaryWriter, VBuffer<T>>)Write, (Func<BinaryReader, VBuffer<T>>)Read);

        static void Write(BinaryWriter writer, VBuffer<T> vector)
        {
            writer.Write(vector.Length);
            writer.WriteValues(vector.GetIndices());
            writer.WriteValues(vector.GetValues());
        }

        static VBuffer<T> Read(BinaryReader reader)
        {
            int length = reader.ReadInt32();
            int[] indices = reader.ReadValues<int>();
            T[] values = reader.ReadValues<T>();
            return new VBuffer<T>(length, values.Length, values, indices);
        }
    }

    private static (Delegate, Delegate) Scalar(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => Pair((w, v) => w.Write(v), r => r.ReadSByte()),
        TypeCode.Byte => Pair((w, v) => w.Write(v), r => r.ReadByte()),
        TypeCode.Int16 => Pair((w, v) => w.Write(v), r => r.ReadInt16()),
        TypeCode.UInt16 => Pair((w, v) => w.Write(v), r => r.ReadUInt16()),
        TypeCode.Int32 => Pair((w, v) => w.Write(v), r => r.ReadInt32()),
        TypeCode.UInt32 => Pair((w, v) => w.Write(v), r => r.ReadUInt32()),
        TypeCode.Int64 => Pair((w, v) => w.Write(v), r => r.ReadInt64()),
        TypeCode.UInt64 => Pair((w, v) => w.Write(v), r => r.ReadUInt64()),
        TypeCode.Single => Pair((w, v) => w.Write(v), r => r.ReadSingle()),
        TypeCode.Double => Pair((w, v) => w.Write(v), r => r.ReadDouble()),
        TypeCode.Boolean => Pair((w, v) => w.Write(v), r => r.ReadBoolean()),
        TypeCode.DateTime => Pair((w, v) => w.Write(v.ToBinary()), r => DateTime.FromBinary(r.ReadInt64())),
        _ when type == typeof(TimeSpan) => Pair((w, v) => w.Write(v.Ticks), r => new TimeSpan(r.ReadInt64())),
        _ when type == typeof(ReadOnlyMemory<char>) => Pair((w, v) => w.Write(v.ToString()), r => r.ReadString().AsMemory()),
        _ => throw new NotSupportedException($"Values of type {type} cannot be written to a model file."),
    };

    private static (Delegate, Delegate) Pair<T>(Action<BinaryWriter, T> write, Func<BinaryReader, T> read) => (write, read);
}
