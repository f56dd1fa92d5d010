using System.Numerics.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Converts sequences of different lengths to vectors of one size, for the neighbour search.</summary>
/// <param name="IsMean">
/// Whether a vector is the mean of the steps, as for word vectors; otherwise it holds the steps interpolated at evenly spaced times.
/// </param>
internal readonly record struct SequenceSummary(bool IsMean)
{
    private const int Times = 32;

    /// <summary>The size of the vectors.</summary>
    public int Width(int stepSize) => IsMean ? stepSize : Times * stepSize;

    /// <summary>Returns the concatenated vectors of some rows and their size; rows that are already vectors are copied.</summary>
    public (float[] Values, int Width) Vectors(RowStore rows, int[] members, InputShape shape)
    {
        int width = shape.IsSequence ? Width(shape.Width) : shape.Width;
        var values = new float[(long)members.Length * width];
        for (int i = 0; i < members.Length; i++)
        {
            ReadOnlySpan<float> features = rows.Features(members[i]);
            Span<float> vector = values.AsSpan(i * width, width);
            if (shape.IsSequence)
                Write(features, shape.Width, vector);
            else
                features.CopyTo(vector);
        }
        return (values, width);
    }

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
