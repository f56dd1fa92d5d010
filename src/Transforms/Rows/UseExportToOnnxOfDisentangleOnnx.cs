using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The value of a hidden column beside those that a <see cref="FeatureTransformer"/> adds. ML.NET's <c>ConvertToOnnx</c> does not see
/// other people's
/// transformers: it takes what they add for data, and writes a file without them. Of a column whose type ONNX does not know it says the
/// type and stops, so the
/// type's name says what to do. Nobody else looks at a hidden column.
/// </summary>
internal readonly struct UseExportToOnnxOfDisentangleOnnx : IEquatable<UseExportToOnnxOfDisentangleOnnx>
{
    public static DataViewType Type { get; } = new MarkerType();

    public bool Equals(UseExportToOnnxOfDisentangleOnnx other) => true;

    public override bool Equals(object? obj) => obj is UseExportToOnnxOfDisentangleOnnx;

    public override int GetHashCode() => 0;

    private sealed class MarkerType() : StructuredDataViewType(typeof(UseExportToOnnxOfDisentangleOnnx))
    {
        public override bool Equals(DataViewType? other) => other is MarkerType;
    }
}
