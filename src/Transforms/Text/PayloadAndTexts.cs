using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The input of the text-to-vector mappings in a saved model.</summary>
internal sealed class PayloadAndTexts
{
    [ColumnName(StockChain.Prefix + "Payload")]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(TextsRow.Column), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Texts { get; set; }
}
