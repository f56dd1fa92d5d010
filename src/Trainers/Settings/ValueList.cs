using System.Collections;
using System.Runtime.CompilerServices;

namespace Disentangle.ML.Trainers;

/// <summary>
/// An immutable list with value equality, which gives records of settings that hold lists value equality as well.
/// </summary>
internal sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] _items;

    /// <param name="items">The elements.</param>
    /// <param name="name">The name of the setting in messages; the compiler supplies it.</param>
    public ValueList(IEnumerable<T> items, [CallerMemberName] string name = "")
    {
        if (items is null)
            throw new ArgumentNullException(name, $"{name} is null; it must be a list.");
        _items = [.. items];
    }

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public bool Equals(ValueList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (T item in _items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", _items)}]";

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
