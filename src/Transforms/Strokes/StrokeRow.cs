using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>The strokes of an image.</summary>
internal sealed class StrokeRow
{
    [ColumnName(StrokeSequencesEstimator.Prefix + "Steps"), VectorType]
    public VBuffer<float> Steps { get; set; }
}
