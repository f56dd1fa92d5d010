namespace Effect;

/// <summary>A row of a data set.</summary>
public sealed class Row
{
    public float[] Features { get; set; } = [];

    /// <summary>The coarse label, all that training sees: the lower or the upper half of the classes.</summary>
    public bool Group { get; set; }

    /// <summary>The class, which only judges the clusters.</summary>
    public int Label { get; set; }
}
