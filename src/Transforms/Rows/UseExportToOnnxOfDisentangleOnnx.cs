using Microsoft.ML.Data;

namespace Disentangle.ML.Transforms;

/// <summary>
/// The type of a hidden column that a <see cref="FeatureTransformer"/> adds. ML.NET's <c>ConvertToOnnx</c> does not see third-party
/// transformers: it treats their output as input data and writes a file without them. It does reject a column of a type unknown to ONNX
/// and names that type, so the name says what to do instead. Nothing else reads hidden columns.
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
