using Microsoft.ML;

namespace Disentangle.ML.Onnx;

/// <summary>A schema as a data view without rows: the converter of a stock step looks at nothing else.</summary>
internal sealed class EmptyView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => 0;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => throw NoRows();

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        throw NoRows();

    private static NotSupportedException NoRows() => new("The step reads rows to be converted, and there are none.");
}
