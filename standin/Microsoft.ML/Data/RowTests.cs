namespace Microsoft.ML.Data;

/// <summary>Tests whether a column of the current row has a missing value: NaN, or key 0.</summary>
internal static class MissingTest
{
    public static Func<bool> Bind(DataViewRow row, DataViewSchema.Column column)
        => Generic.Call<Func<bool>>(BindCore<int>, column.Type.Item().RawType, row, column);

    private static Func<bool> BindCore<T>(DataViewRow row, DataViewSchema.Column column)
    {
        bool isKey = column.Type.Item() is KeyDataViewType;
        // An empty text is a value here; only keys have a missing value of 0.
        bool IsMissing(T value) => isKey ? EqualityComparer<T>.Default.Equals(value, default) : value is float or double && ValueComparer<T>.IsMissing(value);
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T value = default;
            return () =>
            {
                getter(ref value);
                return IsMissing(value);
            };
        }
        ValueGetter<VBuffer<T>> vectorGetter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return () =>
        {
            vectorGetter(ref vector);
            return vector.Items(all: isKey).Any(item => IsMissing(item.Value));
        };
    }
}

/// <summary>A number in [0, 1) that depends on the value of a column of the current row, and a seed.</summary>
internal static class HashFraction
{
    public static Func<double> Bind(DataViewRow row, DataViewSchema.Column column, int seed)
        => Generic.Call<Func<double>>(BindCore<int>, column.Type.Item().RawType, row, column, seed);

    private static Func<double> BindCore<T>(DataViewRow row, DataViewSchema.Column column, int seed)
    {
        if (column.Type is VectorDataViewType)
            throw Checks.SchemaMismatch("samplingKeyColumn", "SamplingKeyColumn", column.Name, "scalar", column.Type.ToString());
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Func<T, ReadOnlyMemory<char>> print = ValueConverter<T, ReadOnlyMemory<char>>.Convert;
        T value = default;
        return () =>
        {
            getter(ref value);
            // FNV-1a, of the text, so that the result is the same in every process.
            ulong hash = 14695981039346656037 ^ (uint)seed;
            foreach (char c in print(value).Span)
                hash = (hash ^ c) * 1099511628211;
            hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
            return (hash >> 11) * (1.0 / (1UL << 53));
        };
    }
}
