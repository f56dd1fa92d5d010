using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Tool;

/// <summary>Columns of a CSV file as a data view.</summary>
internal sealed class TableView : IDataView
{
    private readonly IReadOnlyList<TableColumn> _columns;

    public TableView(IReadOnlyList<TableColumn> columns)
    {
        _columns = columns;
        var schema = new DataViewSchema.Builder();
        foreach (TableColumn column in columns)
            schema.AddColumn(column.Name, column is NumberColumn ? NumberDataViewType.Single : TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _columns[0].Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new TableCursor(Schema, _columns, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
