using Microsoft.ML;
using Microsoft.ML.Data;

namespace EncodeParquet;

/// <summary>
/// The rows of a row group as data of the pipeline. Columns that nothing asked for depends on, such as the label of training, have no
/// values.
/// </summary>
/// <param name="schema">The schema that was saved with the model.</param>
/// <param name="columns">Columns by their index in the schema.</param>
public sealed class RowGroupView(DataViewSchema schema, IReadOnlyDictionary<int, Column> columns) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    private int Rows { get; } = columns.Values.First().Rows;

    public long? GetRowCount() => Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private Delegate Getter(DataViewSchema.Column column, Func<int> row) => columns.GetValueOrDefault(column.Index) switch
    {
        NumberColumn numbers when column.Type is VectorDataViewType => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            ReadOnlySpan<float> values = numbers.Row(row()).Span;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, values.Length);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        }),
        NumberColumn numbers => (ValueGetter<float>)((ref float value) => value = numbers.Values[row()]),
        IntegerColumn integers => (ValueGetter<uint>)((ref uint value) => value = (uint)integers.Values[row()]),
        TextColumn texts => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = texts.Values[row()].AsMemory()),
        _ => throw new InvalidOperationException($"Column '{column.Name}' was not read."),
    };

    private sealed class Cursor(RowGroupView view, HashSet<int> active) : DataViewRowCursor
    {
        private int _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext() => _position < view.Rows && ++_position < view.Rows;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<T> GetGetter<T>(DataViewSchema.Column column) => view.Getter(column, () => _position) as ValueGetter<T>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}; values of type {typeof(T)} were requested.");
    }
}
