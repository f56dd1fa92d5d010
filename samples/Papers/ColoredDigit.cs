using Microsoft.ML.Data;

namespace Papers;

/// <summary>A row of <see cref="ColoredDigits"/>.</summary>
internal sealed class ColoredDigit
{
    [VectorType(ColoredDigits.Side * ColoredDigits.Side * ColoredDigits.Channels)]
    public float[] Pixels { get; set; } = [];

    public float Label { get; set; }
}
