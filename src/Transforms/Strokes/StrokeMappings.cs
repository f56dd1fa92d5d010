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

/// <summary>What the mapping of <see cref="StrokeFactory.ContractWithoutColumn"/> reads.</summary>
internal sealed class ImageWithoutColumnRow
{
    [ColumnName(StrokeSequencesEstimator.Prefix + "Pixels"), VectorType]
    public VBuffer<float> Pixels { get; set; }

    /// <summary>Width and height.</summary>
    [ColumnName(StrokeSequencesEstimator.Prefix + "Size"), VectorType]
    public VBuffer<int> Size { get; set; }
}

/// <summary>Makes the strokes of a row in models that were saved before the name of the user's column was.</summary>
[CustomMappingFactoryAttribute(StrokeFactory.ContractWithoutColumn)]
internal sealed class StrokeWithoutColumnFactory : CustomMappingFactory<ImageWithoutColumnRow, StrokeRow>
{
    public override Action<ImageWithoutColumnRow, StrokeRow> GetMapping() => static (image, strokes) =>
        strokes.Steps = StrokeFactory.Steps(image.Pixels, image.Size, columnName: null);
}

/// <summary>Makes the strokes of a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class StrokeFactory : CustomMappingFactory<ImageRow, StrokeRow>
{
    public const string Contract = "Disentangle.ML.StrokeSequences.2";

    /// <summary>Version 1, which models that are still to be loaded were saved with.</summary>
    public const string ContractWithoutColumn = "Disentangle.ML.StrokeSequences.1";

    public override Action<ImageRow, StrokeRow> GetMapping() => static (image, strokes) =>
        strokes.Steps = Steps(image.Pixels, image.Size, image.Column.ToString());

    public static VBuffer<float> Steps(VBuffer<float> pixels, VBuffer<int> size, string? columnName)
    {
        try
        {
            float[] steps = StrokeSequences.FromImage([.. pixels.DenseValues()], size.GetItemOrDefault(0), size.GetItemOrDefault(1));
            return new VBuffer<float>(steps.Length, steps);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{(columnName is null ? "A column" : $"Column '{columnName}'")} is no image: {e.Message}");
        }
    }
}
