namespace Microsoft.ML.Data;

/// <summary>Copies values so that no array is shared.</summary>
internal static class ValueCopier<T>
{
    public delegate void Copier(in T source, ref T destination);

    public static Copier Copy { get; } = Create();

    private static Copier Create()
        => typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? (Copier)Generic.Call<Delegate>(VectorCopier<int>, typeof(T).GetGenericArguments()[0])
            : (in T source, ref T destination) => destination = source;

    private static Delegate VectorCopier<TItem>()
        => (ValueCopier<VBuffer<TItem>>.Copier)((in VBuffer<TItem> source, ref VBuffer<TItem> destination) => source.CopyTo(ref destination));
}
