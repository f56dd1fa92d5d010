using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The key of the payload in the chain's lookup.</summary>
internal sealed class PayloadKey
{
    public const string Value = "model";

    [ColumnName(StockChain.Prefix + "Key")]
    public string Key { get; set; } = "";

    /// <summary>The default, replaced by the length column if there is one.</summary>
    [ColumnName(StockChain.Prefix + "Length")]
    public double Length { get; set; }
}
