using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Computes the strokes of a row in models saved before the column name was stored.</summary>
[CustomMappingFactoryAttribute(StrokeFactory.ContractWithoutColumn)]
internal sealed class StrokeWithoutColumnFactory : CustomMappingFactory<ImageWithoutColumnRow, StrokeRow>
{
    public override Action<ImageWithoutColumnRow, StrokeRow> GetMapping() => static (image, strokes) =>
        strokes.Steps = StrokeFactory.Steps(image.Pixels, image.Size, columnName: null);
}
