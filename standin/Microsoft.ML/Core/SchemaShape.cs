using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>What is known of a schema before there are data: names, item types and kinds of vector, but no sizes.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape _empty = new([]);
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        _columns = Checks.NotNull(columns, nameof(columns)).ToArray();
        Checks.Param(_columns.All(column => column.IsValid), nameof(columns), "Some items are not initialized properly.");
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema)
        => new(schema.Where(column => !column.IsHidden)
            .Select(column => new Column(column.Name, column.Type, new SchemaShape(column.Annotations.Schema.Select(a => new Column(a.Name, a.Type))))));

    internal bool TryFindColumn(string name, out Column column)
    {
        column = _columns.FirstOrDefault(c => c.Name == name);
        return column.IsValid;
    }

    /// <summary>This shape with columns added; a column of the same name is replaced in its place.</summary>
    internal SchemaShape With(IEnumerable<Column> added)
    {
        Dictionary<string, Column> columns = _columns.ToDictionary(column => column.Name);
        foreach (Column column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    public struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Name = Checks.NotEmpty(name, nameof(name));
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? _empty;
        }

        internal Column(string name, DataViewType type, SchemaShape annotations = null)
        {
            var vector = type as VectorDataViewType;
            DataViewType item = vector?.ItemType ?? type;
            Name = Checks.NotEmpty(name, nameof(name));
            Kind = vector is null ? VectorKind.Scalar : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
            IsKey = item is KeyDataViewType;
            ItemType = IsKey ? Types.Primitive(item.RawType) : item;
            Annotations = annotations ?? _empty;
        }

        internal readonly bool IsValid => Name is not null;

        internal readonly bool IsCompatibleWith(Column source)
        {
            if (Name != source.Name || Kind != source.Kind || !ItemType.Equals(source.ItemType) || IsKey != source.IsKey)
                return false;
            return Annotations.All(mine => source.Annotations.TryFindColumn(mine.Name, out Column theirs) && mine.IsCompatibleWith(theirs));
        }

        internal readonly string TypeName
        {
            get
            {
                string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
                return Kind switch { VectorKind.Vector => $"Vector<{item}>", VectorKind.VariableVector => $"VarVector<{item}>", _ => item };
            }
        }

        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }
    }
}
