namespace Disentangle.ML.Trainers;

/// <summary>Makes vectors of one size of sequences.</summary>
/// <param name="Comparison">What the vectors hold.</param>
internal readonly record struct SequenceSummary(SequenceComparison Comparison)
{
    private const int Times = 32;

    /// <summary>The size of the vectors.</summary>
    public int Width(int stepSize) => Comparison == SequenceComparison.Mean ? stepSize : Times * stepSize;

    /// <summary>Writes the vector of a sequence.</summary>
    public void Write(ReadOnlySpan<float> sequence, int stepSize, Span<float> vector)
    {
        int steps = sequence.Length / stepSize;
        var line = new double[steps];
        for (int f = 0; f < stepSize; f++)
        {
            double sum = 0;
            for (int t = 0; t < steps; t++)
            {
                sum += sequence[t * stepSize + f];
                line[t] = Comparison == SequenceComparison.Resampled ? sequence[t * stepSize + f] : sum;
            }
            if (Comparison == SequenceComparison.Mean)
            {
                vector[f] = (float)(sum / steps);
                continue;
            }
            double middle = 0;
            for (int i = 0; i < Times; i++)
            {
                double time = (steps - 1) * (i / (double)(Times - 1));
                int before = Math.Min((int)time, Math.Max(0, steps - 2));
                double share = time - before, value = steps == 1 ? line[0] : (1 - share) * line[before] + share * line[before + 1];
                vector[i * stepSize + f] = (float)value;
                middle += value / Times;
            }
            if (Comparison == SequenceComparison.Path)
            {
                for (int i = 0; i < Times; i++)
                    vector[i * stepSize + f] -= (float)middle;
            }
        }
    }
}
