using Microsoft.ML;

namespace Disentangle.ML.Tests;

/// <summary>What the tests of transformers share.</summary>
internal static class TransformerTesting
{
    /// <summary>What another process would load.</summary>
    public static ITransformer SaveAndLoad(this MLContext ml, ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    public static Exception Innermost(this Exception exception) => exception.InnerException?.Innermost() ?? exception;
}

/// <summary>A view that counts how often it is passed over.</summary>
internal sealed class CountedView(IDataView view) : IDataView
{
    public int Passes { get; private set; }

    public DataViewSchema Schema => view.Schema;

    public bool CanShuffle => view.CanShuffle;

    public long? GetRowCount() => view.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Passes++;
        return view.GetRowCursor(columnsNeeded, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Passes++;
        return view.GetRowCursorSet(columnsNeeded, n, rand);
    }
}
