using System.Numerics.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Makes vectors of one size of sequences of different lengths, so that the nearest ones can be found.</summary>
/// <param name="IsMean">
/// Whether a vector is the mean of the steps, as for word vectors; otherwise it holds the steps, interpolated at evenly spaced times.
/// </param>
internal readonly record struct SequenceSummary(bool IsMean)
{
    private const int Times = 32;

    /// <summary>The size of the vectors.</summary>
    public int Width(int stepSize) => IsMean ? stepSize : Times * stepSize;

    /// <summary>Writes the vector of a sequence.</summary>
    public void Write(ReadOnlySpan<float> sequence, int stepSize, Span<float> vector)
    {
        int steps = sequence.Length / stepSize;
        if (IsMean)
        {
            vector.Clear();
            for (int step = 0; step < steps; step++)
                TensorPrimitives.Add(vector, sequence.Slice(step * stepSize, stepSize), vector);
            TensorPrimitives.Divide(vector, steps, vector);
            return;
        }
        for (int i = 0; i < Times; i++)
        {
            float time = (steps - 1) * (i / (float)(Times - 1));
            int before = (int)time, after = Math.Min(before + 1, steps - 1);
            TensorPrimitives.Lerp(sequence.Slice(before * stepSize, stepSize), sequence.Slice(after * stepSize, stepSize), time - before,
                vector.Slice(i * stepSize, stepSize));
        }
    }
}
