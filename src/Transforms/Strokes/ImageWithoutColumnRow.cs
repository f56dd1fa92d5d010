using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The input of the mapping <see cref="StrokeFactory.ContractWithoutColumn"/>.</summary>
internal sealed class ImageWithoutColumnRow
{
    [ColumnName(StrokeSequencesEstimator.Prefix + "Pixels"), VectorType]
    public VBuffer<float> Pixels { get; set; }

    /// <summary>Width and height.</summary>
    [ColumnName(StrokeSequencesEstimator.Prefix + "Size"), VectorType]
    public VBuffer<int> Size { get; set; }
}
