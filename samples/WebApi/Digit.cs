using Microsoft.ML.Data;

namespace WebApi;

/// <summary>A digit as the model reads it.</summary>
public sealed class Digit
{
    public const int Size = 28 * 28;

    [VectorType(Size)]
    public float[] Pixels { get; set; } = [];

    /// <summary>All that training sees: "0-4" or "5-9". Unknown when a digit is served, and not needed then.</summary>
    public string Group { get; set; } = "";

    public float Label { get; set; }
}
