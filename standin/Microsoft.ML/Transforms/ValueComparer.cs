namespace Microsoft.ML.Data;

/// <summary>Equality, order and missing values of column values.</summary>
internal static class ValueComparer<T>
{
    public static IEqualityComparer<T> Equality { get; } = typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IEqualityComparer<T>)(object)TextComparer.Instance
        : EqualityComparer<T>.Default;

    public static IComparer<T> Order { get; } = typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IComparer<T>)(object)TextComparer.Instance
        : Comparer<T>.Default;

    public static bool IsMissing(T value) => value switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty,
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => false,
    };

    private sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>, IComparer<ReadOnlyMemory<char>>
    {
        public static TextComparer Instance { get; } = new();

        public bool Equals(ReadOnlyMemory<char> first, ReadOnlyMemory<char> second) => first.Span.SequenceEqual(second.Span);

        public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);

        public int Compare(ReadOnlyMemory<char> first, ReadOnlyMemory<char> second) => first.Span.SequenceCompareTo(second.Span);
    }
}
