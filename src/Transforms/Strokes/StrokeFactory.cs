using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Computes the strokes of a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class StrokeFactory : CustomMappingFactory<ImageRow, StrokeRow>
{
    public const string Contract = "Disentangle.ML.StrokeSequences.2";

    /// <summary>Version 1, used by older models that can still be loaded.</summary>
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
            throw new InvalidDataException($"{(columnName is null ? "A column" : $"Column '{columnName}'")} is not an image: {e.Message}");
        }
    }
}
