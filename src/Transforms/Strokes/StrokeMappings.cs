using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

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

/// <summary>Its strokes.</summary>
internal sealed class StrokeRow
{
    [ColumnName(StrokeSequencesEstimator.Prefix + "Steps"), VectorType]
    public VBuffer<float> Steps { get; set; }
}

/// <summary>Makes the strokes of a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class StrokeFactory : CustomMappingFactory<ImageRow, StrokeRow>
{
    public const string Contract = "Disentangle.ML.StrokeSequences.2";

    public override Action<ImageRow, StrokeRow> GetMapping() => static (image, strokes) =>
    {
        try
        {
            float[] steps = StrokeSequences.FromImage([.. image.Pixels.DenseValues()], image.Size.GetItemOrDefault(0),
                image.Size.GetItemOrDefault(1));
            strokes.Steps = new VBuffer<float>(steps.Length, steps);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"Column '{image.Column}' is no image: {e.Message}");
        }
    };
}
