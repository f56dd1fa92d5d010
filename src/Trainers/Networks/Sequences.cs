using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

/// <summary>Sequences one behind the other, as networks take them.</summary>
internal static class Sequences
{
    /// <summary>A network that reads sequences is only built for its own step size.</summary>
    /// <exception cref="ArgumentException">The steps are of another size.</exception>
    public static void RequireStepSize(int expected, int inputSize)
    {
        if (inputSize != expected)
            throw new ArgumentException($"The network reads sequences of steps with {expected} values; the steps have {inputSize}.", nameof(inputSize));
    }

    /// <summary>Each sequence one step later: zeros first, and without its last step.</summary>
    public static Tensor Delayed(Engine engine, Tensor steps, ReadOnlySpan<int> lengths)
    {
        // Row 0 is the row of zeros, so that row i + 1 is step i.
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

    /// <summary>Each sequence that has fewer than <paramref name="shortest"/> steps filled up to that with zeros.</summary>
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
