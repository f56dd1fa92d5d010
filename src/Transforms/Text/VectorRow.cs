using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>A vector. Its name and size are set at run time, or it has any size.</summary>
internal sealed class VectorRow
{
    public const string Column = StockChain.Prefix + "Vector";

    [ColumnName(Column), VectorType]
    public VBuffer<float> Vector { get; set; }
}
