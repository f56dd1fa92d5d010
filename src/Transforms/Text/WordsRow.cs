using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The words of a text.</summary>
internal sealed class WordsRow
{
    public const string Column = StockChain.Prefix + "Words";

    [ColumnName(Column), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Words { get; set; }
}
