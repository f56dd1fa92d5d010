using Microsoft.ML;

namespace Disentangle.ML.Transforms;

/// <summary>A data view with the columns of a <see cref="FeatureTransformer"/> added, computed in batches as a cursor advances.</summary>
internal sealed class FeatureDataView(IDataView input, FeatureBinding binding) : IDataView
{
    public DataViewSchema Schema => binding.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return new FeatureCursor(binding, input.GetRowCursor(binding.Dependencies(columns), rand), columns, threads: 0);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        DataViewRowCursor[] cursors = input.GetRowCursorSet(binding.Dependencies(columns), n, rand);
        // The cursors already run in parallel.
        int threads = cursors.Length > 1 ? 1 : 0;
        return [.. cursors.Select(cursor => new FeatureCursor(binding, cursor, columns, threads))];
    }
}
