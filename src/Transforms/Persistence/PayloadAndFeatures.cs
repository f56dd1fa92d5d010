using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The input of the chain's computing step.</summary>
internal sealed class PayloadAndFeatures
{
    [ColumnName(StockChain.Prefix + "Payload")]
    public ReadOnlyMemory<char> Payload { get; set; }

    [ColumnName(StockChain.Prefix + "Features"), VectorType]
    public VBuffer<float> Features { get; set; }

    /// <summary>
    /// The number of steps of a padded sequence; <see cref="AllSteps"/> for all. A Double, because every numeric type converts to Double,
    /// but not to Int64.
    /// </summary>
    [ColumnName(StockChain.Prefix + "Length")]
    public double Length { get; set; }

    public const double AllSteps = double.MaxValue;
}
