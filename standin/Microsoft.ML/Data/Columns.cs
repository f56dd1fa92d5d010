namespace Microsoft.ML.Data;

/// <summary>Sets of columns and their getters.</summary>
internal static class Columns
{
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in Checks.NotNull(columns, nameof(columns)))
        {
            Checks.State(column.Index < active.Length, $"The requested column: {column} is not part of the schema");
            active[column.Index] = true;
        }
        return active;
    }

    public static IEnumerable<DataViewSchema.Column> Where(DataViewSchema schema, bool[] active) => schema.Where(column => active[column.Index]).ToArray();

    /// <summary>The getter as the type asked for, or an error that names both types.</summary>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column)
        => getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Invalid TValue in GetGetter for column '{column.Name}': '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    /// <summary>The getter of a column whose type is known at run time only.</summary>
    public static Delegate GetGetter(DataViewRow row, DataViewSchema.Column column)
        => Generic.Call<Delegate>(GetGetterCore<int>, column.Type.RawType, row, column);

    private static Delegate GetGetterCore<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    public static DataViewSchema ToSchema(IEnumerable<DataViewSchema.DetachedColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns);
        return builder.ToSchema();
    }
}
