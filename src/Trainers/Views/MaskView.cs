using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Sets each feature to 0 with the same probability.</summary>
public sealed record MaskView : IRowView
{
    /// <summary>The probability; greater than 0 and less than 1. Default 0.1.</summary>
    public float Probability { get; init; } = 0.1f;

    /// <inheritdoc/>
    public float[] Change(ReadOnlySpan<float> row, Random random)
    {
        float[] changed = row.ToArray();
        for (int i = 0; i < changed.Length; i++)
        {
            if (random.NextSingle() < Probability)
                changed[i] = 0;
        }
        return changed;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (!(Probability > 0 && Probability < 1))
            yield return Invariant($"Probability of a mask view is {Probability}; it must be greater than 0 and less than 1.");
    }
}
