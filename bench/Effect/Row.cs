using Microsoft.ML.Data;

namespace Effect;

/// <summary>A row of a data set.</summary>
public sealed class Row
{
    public float[] Features { get; set; } = [];

    /// <summary>The only label given to training: 0 for the lower half of the classes, 1 for the upper; 2 if missing.</summary>
    [KeyType(2)]
    public uint Group { get; set; }

    /// <summary>The class, used only to score the clusters.</summary>
    public int Label { get; set; }
}
