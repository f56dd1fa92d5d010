namespace Microsoft.ML.Data;

/// <summary>Getters that map a value, or each item of a vector.</summary>
internal static class ItemMapping
{
    public static Delegate Getter<TSource, TResult>(DataViewRow row, DataViewSchema.Column input, Func<TSource, TResult> map)
        => input.Type is VectorDataViewType ? VectorGetter(row, input, map) : ScalarGetter(row, input, map);

    private static ValueGetter<TResult> ScalarGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column input, Func<TSource, TResult> map)
    {
        ValueGetter<TSource> getter = row.GetGetter<TSource>(input);
        TSource value = default;
        return (ref TResult result) =>
        {
            getter(ref value);
            result = map(value);
        };
    }

    private static ValueGetter<VBuffer<TResult>> VectorGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column input, Func<TSource, TResult> map)
    {
        ValueGetter<VBuffer<TSource>> getter = row.GetGetter<VBuffer<TSource>>(input);
        VBuffer<TSource> values = default;
        return (ref VBuffer<TResult> result) =>
        {
            getter(ref values);
            var editor = VBufferEditor.Create(ref result, values.Length);
            foreach (KeyValuePair<int, TSource> item in values.Items(all: true))
                editor.Values[item.Key] = map(item.Value);
            result = editor.Commit();
        };
    }
}
