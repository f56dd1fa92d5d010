using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector, dense or sparse. Its arrays may be longer than what they hold.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    public readonly int Length;

    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public VBuffer(int length, T[] values, int[] indices = null)
    {
        Checks.Param(length >= 0, nameof(length));
        Checks.Param((values?.Length ?? 0) >= length, nameof(values));
        Length = length;
        _count = length;
        _values = values;
        _indices = indices;
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        Checks.Param(length >= 0, nameof(length));
        Checks.Param(0 <= count && count <= length, nameof(count));
        Checks.Param((values?.Length ?? 0) >= count, nameof(values));
        Checks.Param(count == length || (indices?.Length ?? 0) >= count, nameof(indices));
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    public bool IsDense => _count == Length;

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public T GetItemOrDefault(int index)
    {
        Checks.Param(0 <= index && index < Length, nameof(index));
        if (IsDense)
            return _values[index];
        int at = GetIndices().BinarySearch(index);
        return at >= 0 ? _values[at] : default;
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        Checks.Param(0 <= sourceIndex && sourceIndex <= Length, nameof(sourceIndex));
        Checks.Param(0 <= length && sourceIndex <= Length - length, nameof(length));
        if (IsDense)
        {
            var dense = VBufferEditor.Create(ref destination, length);
            _values.AsSpan(sourceIndex, length).CopyTo(dense.Values);
            destination = dense.Commit();
            return;
        }
        ReadOnlySpan<int> indices = GetIndices();
        int first = LowerBound(indices, sourceIndex);
        int count = LowerBound(indices, sourceIndex + length) - first;
        var editor = VBufferEditor.Create(ref destination, length, count);
        _values.AsSpan(first, count).CopyTo(editor.Values);
        for (int i = 0; i < editor.Indices.Length; i++)
            editor.Indices[i] = indices[first + i] - sourceIndex;
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Checks.Param(0 <= destinationIndex && destinationIndex <= destination.Length - Length, nameof(destination), "Not large enough to hold these values.");
        Span<T> target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        ReadOnlySpan<int> indices = GetIndices();
        for (int i = 0; i < indices.Length; i++)
            target[indices[i]] = _values[i];
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        Checks.Param(0 <= length && length <= (source?.Length ?? 0), nameof(length));
        Checks.Param(0 <= sourceIndex && sourceIndex <= (source?.Length ?? 0) - length, nameof(sourceIndex));
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        for (int i = 0, next = 0; i < _count; i++)
        {
            int index = IsDense ? i : _indices[i];
            for (; all && next < index; next++)
                yield return new KeyValuePair<int, T>(next, default);
            yield return new KeyValuePair<int, T>(index, _values[i]);
            next = index + 1;
            for (; all && i == _count - 1 && next < Length; next++)
                yield return new KeyValuePair<int, T>(next, default);
        }
        for (int i = 0; all && _count == 0 && i < Length; i++)
            yield return new KeyValuePair<int, T>(i, default);
    }

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    /// <summary>Enumerates the array of values as it is, as ML.NET does; it may be longer than the vector.</summary>
    public IEnumerator GetEnumerator() => _values.GetEnumerator();

    public override string ToString()
        => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    internal VBufferEditor<T> Edit() => Edit(Length, _count, null, false, false);

    internal VBufferEditor<T> Edit(int length, int? valuesCount, int? maxCapacity, bool keepOldOnResize, bool requireIndicesOnDense)
    {
        Checks.Param(length >= 0, "newLogicalLength", "Must be non-negative.");
        int count = valuesCount ?? length;
        Checks.Param(0 <= count && count <= length, nameof(valuesCount), "Must be non-negative and no greater than newLogicalLength.");
        T[] values = EnsureSize(_values, count, maxCapacity, keepOldOnResize, out bool newValues);
        bool newIndices = false;
        int[] indices = count < length || requireIndicesOnDense ? EnsureSize(_indices, count, maxCapacity, keepOldOnResize, out newIndices) : _indices;
        return new VBufferEditor<T>(length, count, values, indices, requireIndicesOnDense, newValues, newIndices);
    }

    private static TItem[] EnsureSize<TItem>(TItem[] array, int needed, int? maximum, bool keep, out bool isNew)
    {
        isNew = needed > (array?.Length ?? 0);
        if (!isNew)
            return array;
        int capacity = keep ? Math.Min(Math.Max(needed, 2 * (array?.Length ?? 0)), Math.Max(needed, maximum ?? int.MaxValue)) : needed;
        var larger = new TItem[capacity];
        if (keep)
            array?.CopyTo(larger, 0);
        return larger;
    }

    private static int LowerBound(ReadOnlySpan<int> sorted, int value)
    {
        int at = sorted.BinarySearch(value);
        return at >= 0 ? at : ~at;
    }
}
