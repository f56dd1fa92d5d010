using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Adds normal noise to every feature: x + σ ε, ε ~ N(0, 1).</summary>
public sealed record NoiseView : IRowView
{
    /// <summary>The standard deviation σ, in units of the scaled features; greater than 0. Default 0.1.</summary>
    public float Deviation { get; init; } = 0.1f;

    /// <inheritdoc/>
    public float[] Change(ReadOnlySpan<float> row, Random random)
    {
        var changed = new float[row.Length];
        for (int i = 0; i < row.Length; i += 2)
        {
            // The Box-Muller transform turns two uniform numbers into two normal ones.
            double radius = Deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
            changed[i] = row[i] + (float)(radius * cosine);
            if (i + 1 < row.Length)
                changed[i + 1] = row[i + 1] + (float)(radius * sine);
        }
        return changed;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!(Deviation > 0) || float.IsInfinity(Deviation))
            yield return Invariant($"Deviation of a noise view is {Deviation}; it must be greater than 0.");
    }
}
