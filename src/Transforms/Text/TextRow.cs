using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A text.</summary>
internal sealed class TextRow
{
    public const string Column = StockChain.Prefix + "Text";

    [ColumnName(Column)]
    public ReadOnlyMemory<char> Text { get; set; }
}
