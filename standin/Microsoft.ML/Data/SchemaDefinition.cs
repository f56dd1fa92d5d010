using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Which columns the members of a user's class stand for. The defaults come from its attributes.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition() { }

    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName);
        set
        {
            Checks.NotNull(value, nameof(value));
            Checks.Param(value.ColumnName == columnName, nameof(columnName),
                $"The column name is specified as '{value.ColumnName}' but must match the selector '{columnName}'.");
            int index = FindIndex(column => column.ColumnName == columnName);
            if (index >= 0)
                this[index] = value;
            else
                Add(value);
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Checks.NotNull(userType, nameof(userType));
        var definition = new SchemaDefinition();
        foreach (MemberInfo member in Members(userType, direction))
        {
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            Checks.Param(definition[name] is null, nameof(userType), $"Duplicate column name '{name}' detected, this is disallowed");
            definition.Add(new Column(member.Name, ColumnType(member), name));
        }
        return definition;
    }

    /// <summary>The fields, then the properties, that can be columns.</summary>
    private static IEnumerable<MemberInfo> Members(Type userType, Direction direction)
    {
        IEnumerable<MemberInfo> fields = userType.GetFields(BindingFlags.Public | BindingFlags.Instance);
        IEnumerable<MemberInfo> properties = userType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0
                && ((direction.HasFlag(Direction.Read) && property.GetGetMethod() is not null)
                    || (direction.HasFlag(Direction.Write) && property.GetSetMethod() is not null)));
        return fields.Concat(properties)
            .Where(member => UserMember.TypeOf(member) != typeof(IChannel) && member.GetCustomAttribute<NoColumnAttribute>() is null);
    }

    private static DataViewType ColumnType(MemberInfo member)
    {
        Type raw = UserMember.ItemType(member, out bool isVector);
        PrimitiveDataViewType item = Types.Primitive(raw);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            Checks.Param(KeyDataViewType.IsValidDataType(raw), "userType",
                $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
            item = new KeyDataViewType(raw, key.Count);
        }
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        Checks.Param(vector is null || isVector, "userType",
            $"Member {member.Name} marked with {nameof(VectorTypeAttribute)}, but does not appear to be a vector type");
        if (!isVector)
            return item;
        return vector?.Dimensions is { Length: > 0 } dimensions ? new VectorDataViewType(item, dimensions) : new VectorDataViewType(item);
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();
        private readonly HashSet<string> _kinds = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = columnType;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            Checks.NotNull(kind, nameof(kind));
            Checks.NotNull(annotationType, nameof(annotationType));
            Checks.State(_kinds.Add(kind), "Column already contains an annotation of this kind.");
            _annotations.Add(kind, annotationType, AnnotationGetter(value, annotationType));
        }

        internal void SetAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _kinds.Add);

        private static Delegate AnnotationGetter<T>(T value, DataViewType type) => value switch
        {
            string text => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> destination) => destination = text.AsMemory()),
            string[] texts => ArrayGetter(texts.Select(text => text.AsMemory()).ToArray()),
            Array array => Generic.Call<Delegate>(ArrayGetter<int>, array.GetType().GetElementType(), array),
            _ when type.RawType == typeof(T) => (ValueGetter<T>)((ref T destination) => ValueCopier<T>.Copy(in value, ref destination)),
            _ => throw new InvalidOperationException($"A value of type {typeof(T)} cannot be an annotation of type {type}."),
        };

        private static ValueGetter<VBuffer<TItem>> ArrayGetter<TItem>(TItem[] array)
            => (ref VBuffer<TItem> destination) => VBuffer<TItem>.Copy(array, 0, ref destination, array.Length);
    }
}
