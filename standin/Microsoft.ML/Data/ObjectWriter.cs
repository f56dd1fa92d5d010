namespace Microsoft.ML.Data;

/// <summary>Writes columns into the members of a user's row object.</summary>
internal sealed class ObjectWriter<TRow> where TRow : class
{
    private readonly List<(UserMember Member, DataViewSchema.Column Column)> _bound = [];

    public ObjectWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        foreach (UserMember member in UserMember.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.ColumnName) is not { } column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw Checks.MissingColumn("Schema", "", member.ColumnName);
            }
            Checks.State(member.Accepts(column.Type), $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' " +
                $"to field or property '{member.Name}' of type '{member.Type.FullName}'.");
            _bound.Add((member, column));
        }
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(bound => bound.Column);

    /// <summary>An action that writes the values of a row into an object.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        Action<TRow>[] setters = _bound.Select(bound => CreateSetter(row, bound.Member, bound.Column)).ToArray();
        return target =>
        {
            foreach (Action<TRow> setter in setters)
                setter(target);
        };
    }

    private static Action<TRow> CreateSetter(DataViewRow row, UserMember member, DataViewSchema.Column column)
    {
        if (member.Type == typeof(string))
            return TextSetter(row, member, column);
        if (member.Type == typeof(string[]))
            return TextArraySetter(row, member, column);
        if (member.Type.IsArray)
            return Generic.Call<Action<TRow>>(ArraySetter<int>, member.Type.GetElementType(), row, member, column);
        return Generic.Call<Action<TRow>>(DirectSetter<int>, member.Type, row, member, column);
    }

    private static Action<TRow> TextSetter(DataViewRow row, UserMember member, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        Action<TRow, string> set = member.Setter<TRow, string>();
        ReadOnlyMemory<char> value = default;
        return target =>
        {
            getter(ref value);
            set(target, value.ToString());
        };
    }

    private static Action<TRow> TextArraySetter(DataViewRow row, UserMember member, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        Action<TRow, string[]> set = member.Setter<TRow, string[]>();
        VBuffer<ReadOnlyMemory<char>> value = default;
        return target =>
        {
            getter(ref value);
            set(target, value.DenseValues().Select(text => text.ToString()).ToArray());
        };
    }

    // An array of the right length is filled in place.
    private static Action<TRow> ArraySetter<T>(DataViewRow row, UserMember member, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, T[]> get = member.Getter<TRow, T[]>();
        Action<TRow, T[]> set = member.Setter<TRow, T[]>();
        VBuffer<T> value = default;
        return target =>
        {
            getter(ref value);
            T[] array = get(target);
            if (array is null || array.Length != value.Length)
                set(target, array = new T[value.Length]);
            value.CopyTo(array);
        };
    }

    private static Action<TRow> DirectSetter<T>(DataViewRow row, UserMember member, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Func<TRow, T> get = member.Getter<TRow, T>();
        Action<TRow, T> set = member.Setter<TRow, T>();
        return target =>
        {
            // A vector's arrays are used again, but they stay the row object's own.
            T value = get(target);
            getter(ref value);
            set(target, value);
        };
    }
}
