using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Tool;

/// <summary>The rows of a <see cref="TableView"/>, in their order.</summary>
internal sealed class TableCursor(
    DataViewSchema schema, IReadOnlyList<TableColumn> columns, IEnumerable<DataViewSchema.Column> needed) : DataViewRowCursor
{
    private readonly HashSet<int> _needed = [.. needed.Select(column => column.Index)];
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _needed.Contains(column.Index);

    public override bool MoveNext()
    {
        if (_position >= columns[0].Count)
            return false;
        return ++_position < columns[0].Count;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Delegate getter = columns[column.Index] switch
        {
            NumberColumn numbers => new ValueGetter<float>((ref float value) => value = numbers.Values[_position]),
            TextColumn texts => new ValueGetter<ReadOnlyMemory<char>>((ref ReadOnlyMemory<char> value) =>
                value = texts.Values[_position].AsMemory()),
            var other => throw new InvalidOperationException($"A column is a {other.GetType().Name}."),
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}, not {typeof(TValue).Name}.");
    }
}
