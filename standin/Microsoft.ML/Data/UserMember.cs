using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A field or property of a user's class bound to a column.</summary>
internal sealed class UserMember
{
    private readonly MemberInfo _member;
    private Delegate _getter;
    private Delegate _setter;

    private UserMember(MemberInfo member, string columnName, DataViewType columnType, DataViewSchema.Annotations annotations)
    {
        _member = member;
        ColumnName = columnName;
        ColumnType = columnType;
        Annotations = annotations;
    }

    public string ColumnName { get; }

    public DataViewType ColumnType { get; }

    public DataViewSchema.Annotations Annotations { get; }

    public string Name => _member.Name;

    public Type Type => TypeOf(_member);

    public static Type TypeOf(MemberInfo member) => (member as FieldInfo)?.FieldType ?? ((PropertyInfo)member).PropertyType;

    /// <summary>The raw type of the member, or of its items where it is an array or a <see cref="VBuffer{T}"/>.</summary>
    public static Type ItemType(MemberInfo member, out bool isVector)
    {
        Type type = TypeOf(member);
        isVector = type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>));
        Type item = type.IsArray ? type.GetElementType() : isVector ? type.GetGenericArguments()[0] : type;
        Checks.Param(Types.IsKnown(item), "rawType", $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        return item == typeof(string) ? typeof(ReadOnlyMemory<char>) : item;
    }

    public static UserMember[] Bind(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction)
        => (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => Bind(userType, column)).ToArray();

    /// <summary>True where values of the column type can be read into the member.</summary>
    public bool Accepts(DataViewType type)
    {
        Type item = ItemType(_member, out bool isVector);
        return type is VectorDataViewType vector ? isVector && vector.ItemType.RawType == item : !isVector && type.RawType == item;
    }

    /// <summary>Reads the member; compiled once.</summary>
    public Func<TRow, TMember> Getter<TRow, TMember>()
    {
        if (_getter is null)
        {
            ParameterExpression row = Expression.Parameter(typeof(TRow));
            _getter = Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, _member), row).Compile();
        }
        return (Func<TRow, TMember>)_getter;
    }

    /// <summary>Writes the member; compiled once.</summary>
    public Action<TRow, TMember> Setter<TRow, TMember>()
    {
        if (_setter is null)
        {
            ParameterExpression row = Expression.Parameter(typeof(TRow)), value = Expression.Parameter(typeof(TMember));
            _setter = Expression.Lambda<Action<TRow, TMember>>(Expression.Assign(Expression.MakeMemberAccess(row, _member), value), row, value).Compile();
        }
        return (Action<TRow, TMember>)_setter;
    }

    private static UserMember Bind(Type userType, SchemaDefinition.Column column)
    {
        MemberInfo member = (MemberInfo)userType.GetField(column.MemberName) ?? userType.GetProperty(column.MemberName);
        Checks.Param(member is not null, "userSchemaDefinition", $"No field or property with name '{column.MemberName}' found in type '{userType.FullName}'");
        Type item = ItemType(member, out bool isVector);
        string name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        PrimitiveDataViewType primitive = Types.Primitive(item);
        DataViewType type = column.ColumnType ?? (isVector ? new VectorDataViewType(primitive) : primitive);
        bool columnIsVector = type is VectorDataViewType;
        Checks.Param(isVector == columnIsVector, "userSchemaDefinition", $"Column '{name}' is supposed to be {(columnIsVector ? "vector" : "scalar")}, " +
            $"but type of associated field '{column.MemberName}' is {(isVector ? "vector" : "scalar")}");
        Checks.Param(type.Item().RawType == item, "userSchemaDefinition",
            $"Column '{name}' is supposed to have item type {type.Item().RawType}, but associated field has type {item}");
        return new UserMember(member, name, type, column.Annotations);
    }
}
