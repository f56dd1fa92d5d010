using Microsoft.ML;
using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A chain of stock transformers that reads a text column.</summary>
/// <param name="input">The column.</param>
/// <param name="chain">The chain.</param>
/// <param name="saved">Creates an equivalent chain to save; null if the chain itself can be saved.</param>
internal sealed class TextTransformer(string input, ITransformer chain, Func<ITransformer>? saved = null) : ITransformer
{
    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Checked(inputSchema).GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Checked(input.Schema).Transform(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Checked(inputSchema).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)(saved?.Invoke() ?? chain)).Save(ctx);

    private ITransformer Checked(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumn.Check(inputSchema, input);
        return chain;
    }
}
