using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Operations on concatenated sequences, the input of networks.</summary>
internal static class Sequences
{
    /// <summary>Checks the step size of a network of sequences.</summary>
    /// <exception cref="ArgumentException">The step sizes differ.</exception>
    public static void RequireStepSize(int expected, int inputSize)
    {
        if (inputSize != expected)
            throw new ArgumentException($"The network needs sequences with steps of {expected} values; the steps have {inputSize}.",
                nameof(inputSize));
    }

    /// <summary>Delays each sequence by one step: it starts with zeros and loses its last step.</summary>
    public static Tensor Delayed(Engine engine, Tensor steps, ReadOnlySpan<int> lengths)
    {
        // Row 0 holds the zeros, and row i + 1 is step i.
        var source = new int[steps.Shape[0]];
        int first = 0;
        foreach (int length in lengths)
        {
            for (int i = 1; i < length; i++)
                source[first + i] = first + i;
            first += length;
        }
        return engine.GatherRows(engine.Concatenate([engine.Fill(new Shape(1, steps.Shape[1]), 0), steps], 0), source);
    }

    /// <summary>Pads each sequence with zeros to at least <paramref name="shortest"/> steps.</summary>
    public static Tensor Extended(Engine engine, Tensor steps, ReadOnlySpan<int> lengths, int shortest)
    {
        int total = 0;
        foreach (int length in lengths)
            total += Math.Max(length, shortest);
        int zeros = steps.Shape[0];
        if (total == zeros)
            return steps;

        var source = new int[total];
        int next = 0, end = 0;
        foreach (int length in lengths)
        {
            for (int i = 0; i < length; i++)
                source[end++] = next++;
            for (int i = length; i < shortest; i++)
                source[end++] = zeros;
        }
        return engine.GatherRows(engine.Concatenate([steps, engine.Fill(new Shape(1, steps.Shape[1]), 0)], 0), source);
    }
}
