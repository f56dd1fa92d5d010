using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The input of the text mappings: a vector of texts, of any size.</summary>
internal sealed class TextsRow
{
    public const string Column = StockChain.Prefix + "Texts";

    [ColumnName(Column), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Texts { get; set; }
}
