using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Reads the members of a user's row object as columns.</summary>
internal sealed class ObjectReader<TRow> where TRow : class
{
    private readonly UserMember[] _members;

    public ObjectReader(SchemaDefinition definition)
    {
        _members = UserMember.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Read);
        Schema = Columns.ToSchema(OutputColumns);
    }

    public ObjectReader(UserMember[] members)
    {
        _members = members;
        Schema = Columns.ToSchema(OutputColumns);
    }

    public DataViewSchema Schema { get; }

    public DataViewSchema.DetachedColumn[] OutputColumns
        => _members.Select(member => new DataViewSchema.DetachedColumn(member.ColumnName, member.ColumnType, member.Annotations)).ToArray();

    /// <summary>A getter of a column, of the object that <paramref name="current"/> gives at the time of the call.</summary>
    public Delegate CreateGetter(int column, Func<TRow> current)
    {
        UserMember member = _members[column];
        if (member.Type == typeof(string))
            return TextGetter(member, current);
        if (member.Type == typeof(string[]))
            return TextArrayGetter(member, current);
        if (member.Type.IsArray)
            return Generic.Call<Delegate>(ArrayGetter<int>, member.Type.GetElementType(), member, current);
        if (member.ColumnType is KeyDataViewType)
            return Generic.Call<Delegate>(KeyGetter<int>, member.Type, member, current);
        return Generic.Call<Delegate>(DirectGetter<int>, member.Type, member, current);
    }

    private static Delegate TextGetter(UserMember member, Func<TRow> current)
    {
        Func<TRow, string> get = member.Getter<TRow, string>();
        return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = get(current()).AsMemory());
    }

    private static Delegate TextArrayGetter(UserMember member, Func<TRow> current)
    {
        Func<TRow, string[]> get = member.Getter<TRow, string[]>();
        return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string[] texts = get(current()) ?? [];
            var editor = VBufferEditor.Create(ref value, texts.Length);
            for (int i = 0; i < texts.Length; i++)
                editor.Values[i] = texts[i].AsMemory();
            value = editor.Commit();
        });
    }

    private static Delegate ArrayGetter<T>(UserMember member, Func<TRow> current)
    {
        Func<TRow, T[]> get = member.Getter<TRow, T[]>();
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            T[] array = get(current()) ?? [];
            VBuffer<T>.Copy(array, 0, ref value, array.Length);
        });
    }

    // The member holds the key counted from 0, as in ML.NET; a value out of range is missing.
    private static Delegate KeyGetter<T>(UserMember member, Func<TRow> current)
    {
        ulong count = ((KeyDataViewType)member.ColumnType).Count;
        Func<TRow, T> get = member.Getter<TRow, T>();
        return (ValueGetter<T>)((ref T value) =>
        {
            ulong raw = Convert.ToUInt64(get(current()), CultureInfo.InvariantCulture);
            value = (T)Convert.ChangeType(raw < count ? raw + 1 : 0, typeof(T), CultureInfo.InvariantCulture);
        });
    }

    private static Delegate DirectGetter<T>(UserMember member, Func<TRow> current)
    {
        Func<TRow, T> get = member.Getter<TRow, T>();
        return (ValueGetter<T>)((ref T value) => ValueCopier<T>.Copy(get(current()), ref value));
    }
}

/// <summary>A row whose columns are the members of an object that can be replaced.</summary>
internal sealed class ObjectRow<TRow>(ObjectReader<TRow> reader) : DataViewRow where TRow : class
{
    private TRow _current;
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => reader.Schema;

    public void Set(TRow row)
    {
        _current = Checks.NotNull(row, nameof(row));
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => Columns.Cast<TValue>(reader.CreateGetter(column.Index, () => _current ?? throw new InvalidOperationException("The row has no values yet.")), column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
