using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>An image and its size.</summary>
internal sealed class ImageRow
{
    [ColumnName(StrokeSequencesEstimator.Prefix + "Pixels"), VectorType]
    public VBuffer<float> Pixels { get; set; }

    /// <summary>Width and height.</summary>
    [ColumnName(StrokeSequencesEstimator.Prefix + "Size"), VectorType]
    public VBuffer<int> Size { get; set; }

    /// <summary>The name of the user's column, for messages.</summary>
    [ColumnName(StrokeSequencesEstimator.Prefix + "Column")]
    public ReadOnlyMemory<char> Column { get; set; }
}
