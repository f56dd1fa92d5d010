namespace Disentangle.ML.Onnx;

/// <summary>Settings of <see cref="Microsoft.ML.OnnxExportCatalog.ExportToOnnx"/>.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The least version of ONNX's operators that can be asked for.</summary>
    public const int LeastOpsetVersion = 17;

    /// <summary>The greatest version of ONNX's operators that can be asked for.</summary>
    public const int GreatestOpsetVersion = 21;

    /// <summary>
    /// The version of ONNX's operators, from <see cref="LeastOpsetVersion"/> to <see cref="GreatestOpsetVersion"/>. Default 17, which
    /// ONNX Runtime 1.12 and
    /// later read.
    /// </summary>
    public int OpsetVersion { get; init; } = LeastOpsetVersion;

    /// <summary>
    /// The columns to write. Only what they need becomes part of the graph and of its inputs. Default null: every column that the
    /// pipeline adds and its
    /// input does not have.
    /// </summary>
    public IReadOnlyList<string>? OutputColumns { get; init; }
}
