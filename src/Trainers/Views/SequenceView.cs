using static System.FormattableString;

namespace Disentangle.ML.Trainers;

/// <summary>Randomly crops a sequence at both ends, speeds it up or slows it down, and adds noise.</summary>
public sealed record SequenceView : IRowView
{
    /// <summary>The number of values in a step. At least 1.</summary>
    public int StepSize { get; init; } = 1;

    /// <summary>The largest fraction of the steps cut off, counting both ends; 0 or more and less than 1. Default 0.1.</summary>
    public float Crop { get; init; } = 0.1f;

    /// <summary>
    /// The largest fraction of the steps dropped or repeated, at random positions; 0 or more and less than 1. Default 0.15.
    /// </summary>
    public float Speed { get; init; } = 0.15f;

    /// <summary>
    /// The standard deviation of normal noise added to every value, in units of the scaled features; 0 or more. Default 0.
    /// </summary>
    public float Jitter { get; init; }

    /// <inheritdoc/>
    public float[] Change(ReadOnlySpan<float> row, Random random)
    {
        int steps = row.Length / StepSize;
        int cut = random.Next((int)(Crop * steps) + 1), start = random.Next(cut + 1);
        double change = Speed * (2 * random.NextDouble() - 1);
        var kept = new List<int>(steps);
        for (int step = start; step < steps - (cut - start); step++)
        {
            bool different = random.NextDouble() < Math.Abs(change);
            if (change < 0 && different && steps > 1)
                continue;
            kept.Add(step);
            if (change > 0 && different)
                kept.Add(step);
        }
        if (kept.Count == 0)
            kept.Add(random.Next(steps));
        var changed = new float[kept.Count * StepSize];
        for (int i = 0; i < kept.Count; i++)
            row.Slice(kept[i] * StepSize, StepSize).CopyTo(changed.AsSpan(i * StepSize));
        return Jitter > 0 ? new NoiseView { Deviation = Jitter }.Change(changed, random) : changed;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (StepSize < 1)
            yield return $"StepSize of a sequence view is {StepSize}; it must be at least 1.";
        foreach ((string name, float value) in (IEnumerable<(string, float)>)[(nameof(Crop), Crop), (nameof(Speed), Speed)])
        {
            if (!(value >= 0 && value < 1))
                yield return Invariant($"{name} of a sequence view is {value}; it must be 0 or more and less than 1.");
        }
        if (!(Jitter >= 0) || float.IsInfinity(Jitter))
            yield return Invariant($"Jitter of a sequence view is {Jitter}; it must be 0 or more.");
    }

    /// <inheritdoc/>
    public string? Mismatch(InputShape shape) => !shape.IsSequence || shape.Width != StepSize
        ? $"The sequence view needs steps of {StepSize} values; the rows are {shape}."
        : null;
}
