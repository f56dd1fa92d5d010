using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;

namespace Disentangle.ML.Tests;

/// <summary>Rows for a network.</summary>
/// <param name="Values">The rows one behind the other.</param>
/// <param name="Width">Values in a row, or in a step of a sequence.</param>
/// <param name="Lengths">Steps of each row; empty for vectors.</param>
internal sealed record NetworkRows(float[] Values, int Width, int[] Lengths)
{
    public int Count => Lengths.Length > 0 ? Lengths.Length : Values.Length / Width;

    /// <summary>Uniform in 0..1, or for words whole numbers below <paramref name="words"/>; sequences of 1 to 24 steps.</summary>
    public static NetworkRows For(int width, bool sequences, int rows, int words = 0, int seed = 5)
    {
        var random = new Random(seed);
        int[] lengths = sequences ? [.. Enumerable.Range(0, rows).Select(_ => random.Next(1, 25))] : [];
        int steps = sequences ? lengths.Sum() : rows;
        return new NetworkRows([.. Enumerable.Range(0, steps * width).Select(_ => words > 0 ? random.Next(words) : random.NextSingle())],
            width, lengths);
    }

    public NetworkInput ToInput(Engine engine) => new(engine.Constant(new Shape(Values.Length / Width, Width), Values), Lengths);

    /// <summary>One row alone.</summary>
    public NetworkRows Row(int row)
    {
        if (Lengths.Length == 0)
            return new NetworkRows(Values[(row * Width)..((row + 1) * Width)], Width, []);
        int first = Lengths[..row].Sum() * Width;
        return new NetworkRows(Values[first..(first + Lengths[row] * Width)], Width, [Lengths[row]]);
    }
}
